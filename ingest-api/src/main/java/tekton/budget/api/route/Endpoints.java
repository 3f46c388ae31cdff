package tekton.budget.api.route;

import static tekton.budget.api.route.Endpoint.delete;
import static tekton.budget.api.route.Endpoint.get;
import static tekton.budget.api.route.Endpoint.post;
import static tekton.budget.api.route.Endpoint.put;

import java.util.List;

/** Every path that is served. A test compares this with the routes of a running server. */
public final class Endpoints {

    /** What is under the first is under each. */
    public static final List<String> PREFIXES = List.of("/api", "/api/v1");

    /** What is always served. */
    public static final List<Endpoint> ALL =
            List.of(
                    get("/", "Who answers here"),
                    get("/api", "Who answers here"),
                    get("/health", "How this instance and its parts are doing"),
                    get("/api/health", "How this instance and its parts are doing"),
                    get("/status", "The same as /health"),
                    get("/api/status", "The same as /health"),
                    get("/ready", "Whether totals and the ledger can be asked"),
                    get("/api/discovery", "This list"),
                    get("/api/openapi.json", "What can be asked, as an OpenAPI document"),
                    get("/api/asyncapi.json", "The topics, as an AsyncAPI document"),
                    get("/docs", "The documents as a page"),
                    get("/docs/{file}", "What that page is made of"),
                    get("/api/docs", "Leads to /docs"),
                    get("/api/redoc", "Leads to /docs"),
                    get("/metrics", "The figures of this instance, for Prometheus"),
                    post("/api/usage/record", "Report the usage of one call"),
                    post("/api/usage/batch", "Report many, as an array or as lines"),
                    post("/api/usage/summary", "Sum usage up by a dimension"),
                    get("/api/usage/summary", "How every policy stands, for the command line"),
                    get("/api/usage/analytics", "Usage by span and model, for the command line"),
                    get("/api/reports/usage", "Usage summed in rows, as JSON or CSV"),
                    get("/api/reports/summary", "Sum usage up by a dimension"),
                    get("/api/usage/records", "List usage records"),
                    get("/api/usage/records/{id}", "One usage record"),
                    get("/api/totals/{dimension}", "Totals of all ids, or the largest"),
                    get("/api/totals/{dimension}/{id}", "The total of one id"),
                    post("/api/budgets", "Make a budget"),
                    get("/api/budgets", "List budgets"),
                    get("/api/budgets/summary", "How every budget stands"),
                    get("/api/budgets/{id}", "One budget"),
                    put("/api/budgets/{id}", "Change a budget"),
                    delete("/api/budgets/{id}", "Deactivate a budget"),
                    get("/api/budgets/{id}/summary", "How a budget stands"),
                    get("/api/budgets/{id}/policies", "The policies of a budget"),
                    put("/api/budgets/{id}/policies", "Attach policies to a budget"),
                    get("/api/budgets/{id}/allocations", "The allocations of a budget"),
                    post("/api/policies", "Make a policy"),
                    get("/api/policies", "List policies"),
                    get("/api/policies/{id}", "One policy"),
                    put("/api/policies/{id}", "Change a policy"),
                    delete("/api/policies/{id}", "Delete a policy"),
                    post("/api/allocations", "Allocate tokens before they are spent"),
                    get("/api/allocations", "List allocations"),
                    get("/api/allocations/{id}", "One allocation"),
                    get("/api/allocations/context/{id}", "The open allocation of a context"),
                    post("/api/allocations/{id}/release", "Give back what is left"),
                    post("/api/check", "Whether an allocation would fit"),
                    get("/api/prices", "List current prices"),
                    get("/api/prices/history/{name}", "A price through time"),
                    post("/api/prices/current", "The current price of a model"),
                    post("/api/prices/calculate", "What tokens would cost"),
                    post("/api/prices/recommendations", "Cheaper models for a job"),
                    post("/api/prices/recommend", "Cheaper models for a job"),
                    post("/api/prices/update", "Ask the price sources now"),
                    put("/api/prices/{provider}/{model}", "Set a price"),
                    delete("/api/prices/{provider}/{model}", "Withdraw a price that was set"),
                    get("/api/prices/sources", "The price sources and their state"),
                    get("/api/prices/disagreements", "Where the sources disagree"),
                    get("/api/prices/quarantine", "Prices that are not believed"),
                    post("/api/prices/quarantine/{id}/release", "Believe a price after all"),
                    post("/api/prices/quarantine/{id}/reject", "Never believe it"),
                    post("/api/assistant/analyze", "What was spent on what, as text"),
                    post("/api/assistant/optimize", "What would have cost less, as text"),
                    post("/api/assistant/recommend-model", "Models for a task, as text"),
                    post("/api/message", "How things stand, in one line"),
                    get("/api/alerts", "List alerts"),
                    get("/api/alerts/{id}", "One alert"),
                    post("/api/alerts/{id}/acknowledge", "Take note of an alert"),
                    put("/api/alerts/{id}/dismiss", "Take note of an alert"),
                    get("/api/alerts/{id}/deliveries", "How an alert was delivered"),
                    post("/api/alerts/{id}/resend", "Deliver an alert again"),
                    post("/api/alerts/check", "Look now whether there is something to say"),
                    get("/api/alerts/channels", "Where alerts are delivered to"),
                    post("/api/alerts/channels", "Make a channel"),
                    get("/api/alerts/channels/{id}", "One channel"),
                    put("/api/alerts/channels/{id}", "Change a channel"),
                    delete("/api/alerts/channels/{id}", "Delete a channel"),
                    post("/api/alerts/channels/{id}/test", "Deliver a test event"),
                    post("/api/alerts/channels/{id}/disable", "Deliver nothing there any more"),
                    get("/events", "Budget events as server-sent events"),
                    get("/api/events", "Budget events as server-sent events"),
                    get("/ws", "WebSocket: how budgets stand"),
                    get("/ws/budget/updates", "WebSocket: how budgets stand"),
                    get("/ws/budget/alerts", "WebSocket: alerts"),
                    get("/ws/budget/allocations", "WebSocket: allocations"),
                    get("/ws/budget/prices", "WebSocket: prices"));

    /** What is served unless it is switched off. */
    public static final List<Endpoint> SHUTDOWN =
            List.of(
                    post("/shutdown", "End this process in order; from this machine only"),
                    post("/api/shutdown", "End this process in order; from this machine only"),
                    get("/shutdown/status", "Whether and how it can be ended"),
                    get("/api/shutdown/status", "Whether and how it can be ended"));

    private Endpoints() {}
}
