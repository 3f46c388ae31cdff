package tekton.budget.api.mcp;

import tekton.budget.api.mcp.ApiSession.ApiParameters;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;

/** Tools for who spends: whether there is room, the reservation, its end, and the report. */
final class SpendingTools {

    /** For questions that do not say who would spend. */
    private static final String NOBODY = "mcp";

    private static final int REFUSALS_MAX = 5;

    private static final String[] SCOPE = {
        "budget_id", "provider", "model", "tier", "task_type", "priority", "max_requests"
    };

    private SpendingTools() {}

    static ObjectNode check(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        JsonNode found = checked(arguments, api);
        ObjectNode answer = McpJson.object();
        Shaping.copy(found, answer, "allowed", "code", "reason", "budget_id");
        Shaping.copyAs(found, "tokens_allocated", answer, "tokens");
        Shaping.money(found, answer, "estimated_cost");
        Shaping.copy(found, answer, "unpriced");
        limits(found, "blocking", answer);
        limits(found, "warnings", answer);
        alternatives(found, answer);
        return answer;
    }

    static ObjectNode explain(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        JsonNode found = checked(arguments, api);
        boolean allowed = found.get("allowed").asBoolean();
        ObjectNode answer = McpJson.object().put("allowed_now", allowed);
        answer.put(
                "explanation",
                allowed
                        ? "This would be allowed now: no limit is in the way any more, or another"
                                + " request was refused."
                        : found.get("reason").asString()
                                + ". "
                                + RefusalAdvice.of(found.get("blocking")));
        Shaping.copy(found, answer, "code");
        limits(found, "blocking", answer);
        alternatives(found, answer);
        recentRefusals(found.get("budget_id").asString(), api, answer);
        return answer;
    }

    private static JsonNode checked(ObjectNode arguments, ApiSession api)
            throws ToolRefusedException {
        ObjectNode body = request(arguments);
        if (!body.has("context_id")) {
            body.put("context_id", NOBODY);
        }
        if (!body.has("component")) {
            body.put("component", NOBODY);
        }
        return api.post("/api/check", body, ApiSession.after(arguments.path("after_position")))
                .body();
    }

    /** What was refused lately; null where nobody keeps it, or the key may not read it. */
    private static void recentRefusals(String budgetId, ApiSession api, ObjectNode answer)
            throws ToolRefusedException {
        OwnAnswer found =
                api.tried(
                        "/api/refusals",
                        new ApiParameters()
                                .with("budget_id", budgetId)
                                .with("limit", String.valueOf(REFUSALS_MAX)));
        if (!found.done()) {
            answer.putNull("recent_refusals");
            return;
        }
        Shaping.first(
                found.body().path("items"),
                REFUSALS_MAX,
                answer.putArray("recent_refusals"),
                refused -> {
                    ObjectNode refusal = McpJson.object();
                    Shaping.copy(
                            refused,
                            refusal,
                            "refused_at",
                            "component",
                            "context_id",
                            "provider",
                            "model",
                            "task_type");
                    Shaping.copyAs(refused, "tokens_allocated", refusal, "tokens");
                    Shaping.copy(refused, refusal, "code", "message");
                    return refusal;
                });
    }

    static ObjectNode allocate(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        ObjectNode body = request(arguments);
        Shaping.takeAs(arguments, "expires_at", body, "expiration_time");
        OwnAnswer granted =
                api.post(
                        "/api/allocations",
                        body,
                        Map.of("Idempotency-Key", arguments.get("request_id").stringValue()));
        JsonNode found = granted.body();
        ObjectNode answer = McpJson.object();
        Shaping.copy(found, answer, "allocation_id", "budget_id", "context_id");
        Shaping.copyAs(found, "tokens_allocated", answer, "tokens");
        Shaping.copy(found, answer, "remaining_tokens");
        Shaping.money(found, answer, "estimated_cost", "reserved_cost");
        Shaping.copy(found, answer, "unpriced");
        Shaping.copyAs(found, "expiration_time", answer, "expires_at");
        limits(found, "warnings", answer);
        alternatives(found, answer);
        return answer.put("replayed", granted.replayed()).put("position", granted.position());
    }

    static ObjectNode release(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        String id = arguments.get("allocation_id").stringValue();
        OwnAnswer released =
                api.post(
                        "/api/allocations/" + ApiSession.encoded(id) + "/release",
                        McpJson.object(),
                        ApiSession.after(arguments.path("after_position")));
        ObjectNode answer = McpJson.object();
        Shaping.copy(released.body(), answer, "allocation_id", "tokens_released");
        return answer.put("position", released.position());
    }

    static ObjectNode record(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        ObjectNode body = arguments.deepCopy();
        OwnAnswer counted = api.post("/api/usage/record", body);
        ObjectNode answer = McpJson.object();
        Shaping.copy(
                counted.body(),
                answer,
                "record_id",
                "budget_id",
                "context_id",
                "allocation_id",
                "total_tokens");
        Shaping.money(counted.body(), answer, "input_cost", "output_cost", "total_cost");
        Shaping.copy(counted.body(), answer, "unpriced", "pricing_version");
        return answer.put("position", counted.position());
    }

    /** The body of an allocation. */
    private static ObjectNode request(ObjectNode arguments) {
        ObjectNode body = McpJson.object();
        Shaping.take(arguments, body, "context_id", "component");
        Shaping.takeAs(arguments, "tokens", body, "tokens_allocated");
        Shaping.take(arguments, body, SCOPE);
        return body;
    }

    private static void limits(JsonNode found, String name, ObjectNode answer) {
        Shaping.first(found.path(name), Integer.MAX_VALUE, answer.putArray(name), Shaping::limit);
    }

    private static void alternatives(JsonNode found, ObjectNode answer) {
        ArrayNode models = answer.putArray("alternatives");
        Shaping.first(found.path("alternatives"), Integer.MAX_VALUE, models, Shaping::alternative);
    }
}
