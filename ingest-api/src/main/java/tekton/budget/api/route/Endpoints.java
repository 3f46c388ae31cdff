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
 * says what it needs.
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
                    get("/metrics", NOWHERE, "The figures of this instance, for Prometheus"),
                    get("/api/system", NOWHERE, "Instances, partitions and how far they are"),
                    adminGet("/api/keys", "Which keys there are, until when, and their last use"),
                    post("/api/usage/record", INGEST, BODY, "Report the usage of one call"),
                    post("/api/usage/batch", INGEST, BODY, "Report many, as an array or as lines"),
                    post("/api/usage/openai", INGEST, BODY, "Report an answer of openai"),
                    post("/api/usage/azure", INGEST, BODY, "Report an answer of azure"),
                    post("/api/usage/anthropic", INGEST, BODY, "Report an answer of anthropic"),
                    post("/api/usage/google", INGEST, BODY, "Report an answer of google"),
                    post("/api/usage/vertex_ai", INGEST, BODY, "Report an answer of vertex_ai"),
                    post("/api/usage/bedrock", INGEST, BODY, "Report an answer of bedrock"),
                    post("/api/usage/mistral", INGEST, BODY, "Report an answer of mistral"),
                    post("/api/usage/cohere", INGEST, BODY, "Report an answer of cohere"),
                    post("/api/usage/xai", INGEST, BODY, "Report an answer of xai"),
                    post("/api/usage/deepseek", INGEST, BODY, "Report an answer of deepseek"),
                    post("/api/usage/openrouter", INGEST, BODY, "Report an answer of openrouter"),
                    post("/api/usage/ollama", INGEST, BODY, "Report an answer of ollama"),
                    post("/api/usage/response", INGEST, BODY, "Report an answer of any provider"),
                    post("/api/usage/litellm", INGEST, BODY, "Report what LiteLLM logs"),
                    post("/v1/traces", INGEST, BODY, "OpenTelemetry's traces over HTTP"),
                    post("/api/traces", INGEST, BODY, "OpenTelemetry's traces over HTTP"),
                    post("/v1/logs", INGEST, BODY, "OpenTelemetry's logs over HTTP"),
                    post("/api/logs", INGEST, BODY, "OpenTelemetry's logs over HTTP"),
                    post("/v1/metrics", INGEST, BODY, "OpenTelemetry's metrics over HTTP"),
                    post("/api/metrics", INGEST, BODY, "OpenTelemetry's metrics over HTTP"),
                    post("/events", INGEST, BODY, "Report usage as CloudEvents, one or a batch"),
                    post(
                            "/api/events",
                            INGEST,
                            BODY,
                            "Report usage as CloudEvents, one or a batch"),
                    post("/api/usage/summary", READ, NOWHERE, "Sum usage up by a dimension"),
                    get(
                            "/api/usage/summary",
                            NOWHERE,
                            "How every policy stands, for the command line"),
                    get(
                            "/api/usage/analytics",
                            QUERY,
                            "Usage by span and model, for the command line"),
                    get("/api/reports/usage", QUERY, "Usage summed in rows, as JSON or CSV"),
                    get("/api/exports/focus", QUERY, "Usage by the hour, for billing tools"),
                    get("/api/reports/summary", QUERY, "Sum usage up by a dimension"),
                    get("/api/usage/records", QUERY, "List usage records"),
                    get("/api/usage/records/{id}/story", NOWHERE, "What became of a record"),
                    get("/api/usage/records/{id}", NOWHERE, "One usage record"),
                    get("/api/dead-letters", NOWHERE, "What could not be counted"),
                    post("/api/dead-letters/{id}/resend", ADMIN, NOWHERE, "Write it once more"),
                    get("/api/totals/{dimension}", NOWHERE, "Totals of all ids, or the largest"),
                    get("/api/totals/{dimension}/{id}", PATH_OF_TOTALS, "The total of one id"),
                    post("/api/budgets", ADMIN, NOWHERE, "Make a budget"),
                    get("/api/budgets", NOWHERE, "List budgets"),
                    get("/api/budgets/summary", NOWHERE, "How every budget stands"),
                    get("/api/budgets/{id}", PATH, "One budget"),
                    put("/api/budgets/{id}", PATH, "Change a budget"),
                    delete("/api/budgets/{id}", PATH, "Deactivate a budget"),
                    get("/api/budgets/{id}/summary", PATH, "How a budget stands"),
                    get("/api/budgets/{id}/policies", PATH, "The policies of a budget"),
                    put("/api/budgets/{id}/policies", NOWHERE, "Attach policies to a budget"),
                    get("/api/budgets/{id}/allocations", PATH, "The allocations of a budget"),
                    post("/api/policies", ADMIN, BODY, "Make a policy"),
                    get("/api/policies", QUERY, "List policies"),
                    get("/api/policies/{id}", PATH_OF_CHILD, "One policy"),
                    put("/api/policies/{id}", PATH_OF_CHILD, "Change a policy"),
                    delete("/api/policies/{id}", PATH_OF_CHILD, "Delete a policy"),
                    post("/api/allocations", INGEST, BODY, "Allocate tokens before they are spent"),
                    get("/api/allocations", QUERY, "List allocations"),
                    get("/api/allocations/{id}", PATH_OF_CHILD, "One allocation"),
                    get(
                            "/api/allocations/context/{id}",
                            NOWHERE,
                            "The open allocation of a context"),
                    post(
                            "/api/allocations/{id}/release",
                            INGEST,
                            PATH_OF_CHILD,
                            "Return the unused rest"),
                    get("/api/refusals", QUERY, "Allocations that were refused lately"),
                    post("/api/check", INGEST, BODY, "Whether an allocation would fit"),
                    get("/api/prices", NOT_NEEDED, "List current prices"),
                    get("/api/prices/history/{name}", NOWHERE, "A price through time"),
                    post("/api/prices/current", READ, NOT_NEEDED, "The current price of a model"),
                    post("/api/prices/calculate", READ, NOT_NEEDED, "What tokens would cost"),
                    post(
                            "/api/prices/recommendations",
                            READ,
                            NOT_NEEDED,
                            "Cheaper models for a job"),
                    post("/api/prices/recommend", READ, NOT_NEEDED, "Cheaper models for a job"),
                    post("/api/prices/update", ADMIN, NOWHERE, "Ask the price sources now"),
                    put("/api/prices/{provider}/{model}", NOWHERE, "Set a price"),
                    delete(
                            "/api/prices/{provider}/{model}",
                            NOWHERE,
                            "Withdraw a price that was set"),
                    get("/api/prices/sources", NOWHERE, "The price sources and their state"),
                    get("/api/prices/disagreements", NOWHERE, "Where the sources disagree"),
                    get("/api/prices/quarantine", NOWHERE, "Quarantined prices"),
                    post(
                            "/api/prices/quarantine/{id}/release",
                            ADMIN,
                            NOWHERE,
                            "Believe a price after all"),
                    post("/api/prices/quarantine/{id}/reject", ADMIN, NOWHERE, "Never believe it"),
                    post(
                            "/api/assistant/analyze",
                            READ,
                            NOWHERE,
                            "Spending by component and model, as text"),
                    post(
                            "/api/assistant/optimize",
                            READ,
                            NOWHERE,
                            "What would have cost less, as text"),
                    post(
                            "/api/assistant/recommend-model",
                            READ,
                            NOT_NEEDED,
                            "Models for a task, as text"),
                    post("/api/message", READ, NOWHERE, "How things stand, in one line"),
                    get("/api/alerts", QUERY, "List alerts"),
                    get("/api/alerts/{id}", NOWHERE, "One alert"),
                    post("/api/alerts/{id}/acknowledge", ADMIN, NOWHERE, "Take note of an alert"),
                    put("/api/alerts/{id}/dismiss", NOWHERE, "Take note of an alert"),
                    post("/api/alerts/{id}/snooze", ADMIN, NOWHERE, "Put an alert off"),
                    get("/api/alerts/{id}/deliveries", NOWHERE, "How an alert was delivered"),
                    post("/api/alerts/{id}/resend", ADMIN, NOWHERE, "Deliver an alert again"),
                    post(
                            "/api/alerts/check",
                            ADMIN,
                            NOWHERE,
                            "Look now whether there is something to say"),
                    get("/api/alerts/channels", NOWHERE, "Where alerts are delivered to"),
                    post("/api/alerts/channels", ADMIN, NOWHERE, "Make a channel"),
                    get("/api/alerts/channels/{id}", NOWHERE, "One channel"),
                    put("/api/alerts/channels/{id}", NOWHERE, "Change a channel"),
                    delete("/api/alerts/channels/{id}", NOWHERE, "Delete a channel"),
                    post("/api/alerts/channels/{id}/test", ADMIN, NOWHERE, "Deliver a test event"),
                    post(
                            "/api/alerts/channels/{id}/disable",
                            ADMIN,
                            NOWHERE,
                            "Deliver nothing there any more"),
                    post("/mcp", ANY, BODY, "Model Context Protocol: tools for language models"),
                    open("/mcp/tools", "Tekton's tools"),
                    open("/api/mcp/tools", "Tekton's tools"),
                    open("/api/mcp/v2/tools", "Tekton's tools"),
                    open("/api/mcp/health", "That tools and messages are served"),
                    open("/api/mcp/capabilities", "What tools and messages are for"),
                    post("/mcp/tools/{id}/execute", ANY, BODY, "Execute one of Tekton's tools"),
                    post("/api/tools/{id}/execute", ANY, BODY, "Execute one of Tekton's tools"),
                    post("/api/mcp/process", ANY, BODY, "Execute the tool that the body names"),
                    post("/api/mcp/message", ANY, BODY, "Answer a message of Tekton's programs"),
                    get("/events", QUERY, "Budget events as server-sent events"),
                    get("/api/events", QUERY, "Budget events as server-sent events"),
                    get("/ws", NOWHERE, "WebSocket: how budgets stand"),
                    get("/ws/budget/updates", NOWHERE, "WebSocket: how budgets stand"),
                    get("/ws/budget/alerts", NOWHERE, "WebSocket: alerts"),
                    get("/ws/budget/allocations", NOWHERE, "WebSocket: allocations"),
                    get("/ws/budget/prices", NOWHERE, "WebSocket: prices"));

    /** These are served unless they are switched off. */
    public static final List<Endpoint> SHUTDOWN =
            List.of(
                    post(
                            "/shutdown",
                            ADMIN,
                            NOWHERE,
                            "End this process in order; from this machine only"),
                    post(
                            "/api/shutdown",
                            ADMIN,
                            NOWHERE,
                            "End this process in order; from this machine only"),
                    get("/shutdown/status", NOWHERE, "Whether and how it can be ended"),
                    get("/api/shutdown/status", NOWHERE, "Whether and how it can be ended"));

    private Endpoints() {}
}
