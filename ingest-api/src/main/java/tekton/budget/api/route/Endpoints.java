package tekton.budget.api.route;

import static tekton.budget.api.route.AccessScope.ADMIN;
import static tekton.budget.api.route.AccessScope.ANY;
import static tekton.budget.api.route.AccessScope.INGEST;
import static tekton.budget.api.route.AccessScope.READ;
import static tekton.budget.api.route.BudgetPlace.BODY;
import static tekton.budget.api.route.BudgetPlace.NOT_NEEDED;
import static tekton.budget.api.route.BudgetPlace.NOWHERE;
import static tekton.budget.api.route.BudgetPlace.PATH;
import static tekton.budget.api.route.BudgetPlace.PATH_OF_CHILD;
import static tekton.budget.api.route.BudgetPlace.PATH_OF_TOTALS;
import static tekton.budget.api.route.BudgetPlace.QUERY;
import static tekton.budget.api.route.CostClass.ACT;
import static tekton.budget.api.route.CostClass.BATCH;
import static tekton.budget.api.route.CostClass.DECISION;
import static tekton.budget.api.route.CostClass.EXPORT;
import static tekton.budget.api.route.CostClass.FREE;
import static tekton.budget.api.route.CostClass.LOOKUP;
import static tekton.budget.api.route.CostClass.RECORD;
import static tekton.budget.api.route.CostClass.REPORT;
import static tekton.budget.api.route.CostClass.SCAN;
import static tekton.budget.api.route.CostClass.TOOL;
import static tekton.budget.api.route.Endpoint.adminGet;
import static tekton.budget.api.route.Endpoint.delete;
import static tekton.budget.api.route.Endpoint.get;
import static tekton.budget.api.route.Endpoint.open;
import static tekton.budget.api.route.Endpoint.post;
import static tekton.budget.api.route.Endpoint.put;

import java.util.List;

/**
 * Every path that is served, with what it needs. Discovery and the rules of access read this; tests
 * compare it with the routes of a running server and with the OpenAPI document. A GET needs to read
 * and a PUT or DELETE to administrate, unless nobody needs a key or the GET is about keys; a POST
 * says what it needs. What is open to all is free.
 */
public final class Endpoints {

    /** Each prefix has the same paths. */
    public static final List<String> PREFIXES = List.of("/api", "/api/v1");

    /** These are always served. */
    public static final List<Endpoint> ALL =
            List.of(
                    open("/", "The page for a browser, for others who answers here"),
                    open("/page/{file}", "What that page is made of"),
                    open("/api", "Who answers here"),
                    open("/health", "How this instance and its parts are doing"),
                    open("/api/health", "How this instance and its parts are doing"),
                    open("/status", "The same as /health"),
                    open("/api/status", "The same as /health"),
                    open("/ready", "Whether totals and the ledger can be asked"),
                    open("/api/discovery", "This list"),
                    open("/api/openapi.json", "What can be asked, as an OpenAPI document"),
                    open("/api/asyncapi.json", "The topics, as an AsyncAPI document"),
                    open("/docs", "The documents as a page"),
                    open("/docs/{file}", "What that page is made of"),
                    open("/api/docs", "Leads to /docs"),
                    open("/api/redoc", "Leads to /docs"),
                    get(
                            "/metrics",
                            NOWHERE,
                            LOOKUP,
                            "The figures of this instance, for Prometheus"),
                    get(
                            "/api/system",
                            NOWHERE,
                            LOOKUP,
                            "Instances, partitions and how far they are"),
                    adminGet(
                            "/api/keys",
                            LOOKUP,
                            "Which keys there are, until when, and their last use"),
                    post("/api/usage/record", INGEST, BODY, RECORD, "Report the usage of one call"),
                    post(
                            "/api/usage/batch",
                            INGEST,
                            BODY,
                            BATCH,
                            "Report many, as an array or as lines"),
                    post("/api/usage/openai", INGEST, BODY, BATCH, "Report an answer of openai"),
                    post("/api/usage/azure", INGEST, BODY, BATCH, "Report an answer of azure"),
                    post(
                            "/api/usage/anthropic",
                            INGEST,
                            BODY,
                            BATCH,
                            "Report an answer of anthropic"),
                    post("/api/usage/google", INGEST, BODY, BATCH, "Report an answer of google"),
                    post(
                            "/api/usage/vertex_ai",
                            INGEST,
                            BODY,
                            BATCH,
                            "Report an answer of vertex_ai"),
                    post("/api/usage/bedrock", INGEST, BODY, BATCH, "Report an answer of bedrock"),
                    post("/api/usage/mistral", INGEST, BODY, BATCH, "Report an answer of mistral"),
                    post("/api/usage/cohere", INGEST, BODY, BATCH, "Report an answer of cohere"),
                    post("/api/usage/xai", INGEST, BODY, BATCH, "Report an answer of xai"),
                    post(
                            "/api/usage/deepseek",
                            INGEST,
                            BODY,
                            BATCH,
                            "Report an answer of deepseek"),
                    post(
                            "/api/usage/openrouter",
                            INGEST,
                            BODY,
                            BATCH,
                            "Report an answer of openrouter"),
                    post("/api/usage/ollama", INGEST, BODY, BATCH, "Report an answer of ollama"),
                    post(
                            "/api/usage/response",
                            INGEST,
                            BODY,
                            BATCH,
                            "Report an answer of any provider"),
                    post("/api/usage/litellm", INGEST, BODY, BATCH, "Report what LiteLLM logs"),
                    post("/v1/traces", INGEST, BODY, BATCH, "OpenTelemetry's traces over HTTP"),
                    post("/api/traces", INGEST, BODY, BATCH, "OpenTelemetry's traces over HTTP"),
                    post("/v1/logs", INGEST, BODY, BATCH, "OpenTelemetry's logs over HTTP"),
                    post("/api/logs", INGEST, BODY, BATCH, "OpenTelemetry's logs over HTTP"),
                    post("/v1/metrics", INGEST, BODY, BATCH, "OpenTelemetry's metrics over HTTP"),
                    post("/api/metrics", INGEST, BODY, BATCH, "OpenTelemetry's metrics over HTTP"),
                    post(
                            "/events",
                            INGEST,
                            BODY,
                            BATCH,
                            "Report usage as CloudEvents, one or a batch"),
                    post(
                            "/api/events",
                            INGEST,
                            BODY,
                            BATCH,
                            "Report usage as CloudEvents, one or a batch"),
                    post("/api/usage/summary", READ, NOWHERE, SCAN, "Sum usage up by a dimension"),
                    get(
                            "/api/usage/summary",
                            NOWHERE,
                            SCAN,
                            "How every policy stands, for the command line"),
                    get(
                            "/api/usage/analytics",
                            QUERY,
                            REPORT,
                            "Usage by span and model, for the command line"),
                    get(
                            "/api/reports/usage",
                            QUERY,
                            REPORT,
                            "Usage summed in rows, as JSON or CSV"),
                    get(
                            "/api/exports/focus",
                            QUERY,
                            EXPORT,
                            "Usage by the hour, for billing tools"),
                    get("/api/reports/summary", QUERY, SCAN, "Sum usage up by a dimension"),
                    get("/api/usage/records", QUERY, SCAN, "List usage records"),
                    get("/api/usage/records/{id}/story", NOWHERE, SCAN, "What became of a record"),
                    get("/api/usage/records/{id}", NOWHERE, LOOKUP, "One usage record"),
                    get("/api/dead-letters", NOWHERE, SCAN, "What could not be counted"),
                    post(
                            "/api/dead-letters/{id}/resend",
                            ADMIN,
                            NOWHERE,
                            ACT,
                            "Write it once more"),
                    get(
                            "/api/totals/{dimension}",
                            NOWHERE,
                            SCAN,
                            "Totals of all ids, or the largest"),
                    get(
                            "/api/totals/{dimension}/{id}",
                            PATH_OF_TOTALS,
                            LOOKUP,
                            "The total of one id"),
                    post("/api/budgets", ADMIN, NOWHERE, DECISION, "Make a budget"),
                    get("/api/budgets", NOWHERE, SCAN, "List budgets"),
                    get("/api/budgets/summary", NOWHERE, SCAN, "How every budget stands"),
                    get("/api/budgets/{id}", PATH, LOOKUP, "One budget"),
                    put("/api/budgets/{id}", PATH, DECISION, "Change a budget"),
                    delete("/api/budgets/{id}", PATH, DECISION, "Deactivate a budget"),
                    get("/api/budgets/{id}/summary", PATH, LOOKUP, "How a budget stands"),
                    get("/api/budgets/{id}/policies", PATH, LOOKUP, "The policies of a budget"),
                    put(
                            "/api/budgets/{id}/policies",
                            NOWHERE,
                            DECISION,
                            "Attach policies to a budget"),
                    get("/api/budgets/{id}/allocations", PATH, SCAN, "The allocations of a budget"),
                    post("/api/policies", ADMIN, BODY, DECISION, "Make a policy"),
                    get("/api/policies", QUERY, LOOKUP, "List policies"),
                    get("/api/policies/{id}", PATH_OF_CHILD, LOOKUP, "One policy"),
                    put("/api/policies/{id}", PATH_OF_CHILD, DECISION, "Change a policy"),
                    delete("/api/policies/{id}", PATH_OF_CHILD, DECISION, "Delete a policy"),
                    post(
                            "/api/allocations",
                            INGEST,
                            BODY,
                            DECISION,
                            "Allocate tokens before they are spent"),
                    get("/api/allocations", QUERY, SCAN, "List allocations"),
                    get("/api/allocations/{id}", PATH_OF_CHILD, LOOKUP, "One allocation"),
                    get(
                            "/api/allocations/context/{id}",
                            NOWHERE,
                            LOOKUP,
                            "The open allocation of a context"),
                    post(
                            "/api/allocations/{id}/release",
                            INGEST,
                            PATH_OF_CHILD,
                            DECISION,
                            "Return the unused rest"),
                    get("/api/refusals", QUERY, LOOKUP, "Allocations that were refused lately"),
                    post("/api/check", INGEST, BODY, LOOKUP, "Whether an allocation would fit"),
                    get("/api/prices", NOT_NEEDED, LOOKUP, "List current prices"),
                    get("/api/prices/history/{name}", NOWHERE, LOOKUP, "A price through time"),
                    post(
                            "/api/prices/current",
                            READ,
                            NOT_NEEDED,
                            LOOKUP,
                            "The current price of a model"),
                    post(
                            "/api/prices/calculate",
                            READ,
                            NOT_NEEDED,
                            LOOKUP,
                            "What tokens would cost"),
                    post(
                            "/api/prices/recommendations",
                            READ,
                            NOT_NEEDED,
                            LOOKUP,
                            "Cheaper models for a job"),
                    post(
                            "/api/prices/recommend",
                            READ,
                            NOT_NEEDED,
                            LOOKUP,
                            "Cheaper models for a job"),
                    post("/api/prices/update", ADMIN, NOWHERE, ACT, "Ask the price sources now"),
                    put("/api/prices/{provider}/{model}", NOWHERE, ACT, "Set a price"),
                    delete(
                            "/api/prices/{provider}/{model}",
                            NOWHERE,
                            ACT,
                            "Withdraw a price that was set"),
                    get(
                            "/api/prices/sources",
                            NOWHERE,
                            LOOKUP,
                            "The price sources and their state"),
                    get("/api/prices/disagreements", NOWHERE, LOOKUP, "Where the sources disagree"),
                    get("/api/prices/quarantine", NOWHERE, LOOKUP, "Quarantined prices"),
                    post(
                            "/api/prices/quarantine/{id}/release",
                            ADMIN,
                            NOWHERE,
                            ACT,
                            "Believe a price after all"),
                    post(
                            "/api/prices/quarantine/{id}/reject",
                            ADMIN,
                            NOWHERE,
                            ACT,
                            "Never believe it"),
                    post(
                            "/api/assistant/analyze",
                            READ,
                            NOWHERE,
                            SCAN,
                            "Spending by component and model, as text"),
                    post(
                            "/api/assistant/optimize",
                            READ,
                            NOWHERE,
                            SCAN,
                            "What would have cost less, as text"),
                    post(
                            "/api/assistant/recommend-model",
                            READ,
                            NOT_NEEDED,
                            LOOKUP,
                            "Models for a task, as text"),
                    post("/api/message", READ, NOWHERE, SCAN, "How things stand, in one line"),
                    get("/api/alerts", QUERY, LOOKUP, "List alerts"),
                    get("/api/alerts/{id}", NOWHERE, LOOKUP, "One alert"),
                    post(
                            "/api/alerts/{id}/acknowledge",
                            ADMIN,
                            NOWHERE,
                            ACT,
                            "Take note of an alert"),
                    put("/api/alerts/{id}/dismiss", NOWHERE, ACT, "Take note of an alert"),
                    post("/api/alerts/{id}/snooze", ADMIN, NOWHERE, ACT, "Put an alert off"),
                    get(
                            "/api/alerts/{id}/deliveries",
                            NOWHERE,
                            LOOKUP,
                            "How an alert was delivered"),
                    post("/api/alerts/{id}/resend", ADMIN, NOWHERE, ACT, "Deliver an alert again"),
                    post(
                            "/api/alerts/check",
                            ADMIN,
                            NOWHERE,
                            ACT,
                            "Look now whether there is something to say"),
                    get("/api/alerts/channels", NOWHERE, LOOKUP, "Where alerts are delivered to"),
                    post("/api/alerts/channels", ADMIN, NOWHERE, ACT, "Make a channel"),
                    get("/api/alerts/channels/{id}", NOWHERE, LOOKUP, "One channel"),
                    put("/api/alerts/channels/{id}", NOWHERE, ACT, "Change a channel"),
                    delete("/api/alerts/channels/{id}", NOWHERE, ACT, "Delete a channel"),
                    post(
                            "/api/alerts/channels/{id}/test",
                            ADMIN,
                            NOWHERE,
                            ACT,
                            "Deliver a test event"),
                    post(
                            "/api/alerts/channels/{id}/disable",
                            ADMIN,
                            NOWHERE,
                            ACT,
                            "Deliver nothing there any more"),
                    post(
                            "/mcp",
                            ANY,
                            BODY,
                            TOOL,
                            "Model Context Protocol: tools for language models"),
                    open("/mcp/tools", "Tekton's tools"),
                    open("/api/mcp/tools", "Tekton's tools"),
                    open("/api/mcp/v2/tools", "Tekton's tools"),
                    open("/api/mcp/health", "That tools and messages are served"),
                    open("/api/mcp/capabilities", "What tools and messages are for"),
                    post(
                            "/mcp/tools/{id}/execute",
                            ANY,
                            BODY,
                            TOOL,
                            "Execute one of Tekton's tools"),
                    post(
                            "/api/tools/{id}/execute",
                            ANY,
                            BODY,
                            TOOL,
                            "Execute one of Tekton's tools"),
                    post(
                            "/api/mcp/process",
                            ANY,
                            BODY,
                            TOOL,
                            "Execute the tool that the body names"),
                    post(
                            "/api/mcp/message",
                            ANY,
                            BODY,
                            TOOL,
                            "Answer a message of Tekton's programs"),
                    get("/events", QUERY, FREE, "Budget events as server-sent events"),
                    get("/api/events", QUERY, FREE, "Budget events as server-sent events"),
                    get("/ws", NOWHERE, FREE, "WebSocket: how budgets stand"),
                    get("/ws/budget/updates", NOWHERE, FREE, "WebSocket: how budgets stand"),
                    get("/ws/budget/alerts", NOWHERE, FREE, "WebSocket: alerts"),
                    get("/ws/budget/allocations", NOWHERE, FREE, "WebSocket: allocations"),
                    get("/ws/budget/prices", NOWHERE, FREE, "WebSocket: prices"));

    /** These are served unless they are switched off. */
    public static final List<Endpoint> SHUTDOWN =
            List.of(
                    post(
                            "/shutdown",
                            ADMIN,
                            NOWHERE,
                            FREE,
                            "End this process in order; from this machine only"),
                    post(
                            "/api/shutdown",
                            ADMIN,
                            NOWHERE,
                            FREE,
                            "End this process in order; from this machine only"),
                    get("/shutdown/status", NOWHERE, FREE, "Whether and how it can be ended"),
                    get("/api/shutdown/status", NOWHERE, FREE, "Whether and how it can be ended"));

    private Endpoints() {}
}
