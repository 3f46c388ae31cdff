package tekton.budget.api.mcp;

import tekton.budget.api.mcp.ApiSession.ApiParameters;
import tekton.budget.value.UsageBounds;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Tekton's tools as requests to the API. Names and numbers are those that Apollo, Rhetor and the
 * rest of Tekton know; amounts are JSON numbers, as in the API.
 */
final class TektonCalls {

    private static final String APOLLO = "apollo";
    private static final String RHETOR = "rhetor";

    private static final int CONTEXT_DEFAULT = 4_000;
    private static final int ALTERNATIVES_MAX = 3;
    private static final int RECOMMENDATIONS_MAX = 10;
    private static final int CHARACTERS_PER_TOKEN = 4;

    /** How many times its input a routed call is taken to need. */
    private static final long ROUTED_CONTEXT = 5;

    /** From so many records on a sum is also told as it went. */
    private static final int SERIES_RECORDS_MIN = 10;

    private TektonCalls() {}

    /**
     * What a program asks.
     *
     * @param sender who asks; stands in for a component that is not named
     * @param id the request's own id, by which a repeat is known
     * @param fields what it says
     */
    record TektonRequest(String sender, String id, ObjectNode fields) {

        String text(String name, String byDefault) {
            JsonNode value = fields.path(name);
            return value.isString() && !value.stringValue().isEmpty()
                    ? value.stringValue()
                    : byDefault;
        }

        String component() {
            return text("component", sender);
        }

        String contextId() {
            return text("context_id", "context-" + id);
        }

        String budgetId() {
            return text("budget_id", "default");
        }

        /**
         * Counted tokens as they were sent, so that the API judges them; without them those of a
         * text: four characters are one.
         */
        JsonNode tokens(String count, String prose) {
            JsonNode counted = fields.path(count);
            return Shaping.isGiven(counted)
                    ? counted
                    : fields.numberNode(TektonCalls.tokens(text(prose, "")));
        }
    }

    static int tokens(String text) {
        return Math.ceilDiv(text.codePointCount(0, text.length()), CHARACTERS_PER_TOKEN);
    }

    private static ObjectNode spender(TektonRequest request) {
        ObjectNode body =
                McpJson.object()
                        .put("context_id", request.contextId())
                        .put("component", request.component());
        Shaping.take(request.fields(), body, "budget_id", "tier", "provider", "model", "task_type");
        return body;
    }

    static ObjectNode allocate(TektonRequest request, ApiSession api) throws ToolRefusedException {
        ObjectNode body = spender(request);
        Shaping.take(request.fields(), body, "priority");
        if (!isZero(request.fields().path("amount"))) {
            Shaping.takeAs(request.fields(), "amount", body, "tokens_allocated");
        }
        JsonNode granted =
                api.post("/api/allocations", body, Map.of("Idempotency-Key", request.id())).body();
        ObjectNode answer = McpJson.object();
        Shaping.copy(granted, answer, "allocation_id", "context_id");
        Shaping.copyAs(granted, "tokens_allocated", answer, "amount");
        Shaping.copyAs(granted, "remaining_tokens", answer, "remaining");
        Shaping.copy(granted, answer, "provider", "model");
        return answer.put("tier", apolloName(granted.path("tier").asString("")));
    }

    static ObjectNode check(TektonRequest request, ApiSession api) throws ToolRefusedException {
        JsonNode input = request.tokens("input_tokens", "input_text");
        JsonNode found = allowed(request, spender(request), input, api);
        ObjectNode answer = McpJson.object();
        Shaping.copy(found, answer, "allowed");
        ObjectNode info = answer.putObject("info");
        Shaping.copy(found, info, "allowed", "reason", "estimated_cost");
        JsonNode first = found.path("blocking").path(0);
        Shaping.copyAs(first, "limit", info, "limit");
        Shaping.copyAs(first, "used", info, "usage");
        Shaping.copyAs(first, "policy_id", info, "policy");
        ObjectNode estimate = info.putObject("cost_estimate");
        estimate.set("input_tokens", input);
        estimate.put("output_tokens", 0);
        Shaping.copyAs(found, "estimated_cost", estimate, "total_cost");
        Shaping.first(
                found.path("alternatives"),
                ALTERNATIVES_MAX,
                info.putArray("alternatives"),
                TektonCalls::model);
        return answer.put("context_id", request.contextId());
    }

    private static JsonNode allowed(
            TektonRequest request, ObjectNode body, JsonNode tokens, ApiSession api)
            throws ToolRefusedException {
        body.put("context_id", request.contextId());
        // The API takes no question about nothing. It refuses what else is no count of tokens.
        body.set("tokens_allocated", isZero(tokens) ? body.numberNode(1) : tokens);
        return api.post("/api/check", body).body();
    }

    private static boolean isZero(JsonNode value) {
        return value.isNumber() && value.decimalValue().signum() == 0;
    }

    static ObjectNode record(TektonRequest request, ApiSession api) throws ToolRefusedException {
        ObjectNode body = spender(request).put("record_id", request.id());
        Shaping.take(request.fields(), body, "allocation_id", "metadata");
        if (body.has("allocation_id") && !request.fields().path("context_id").isString()) {
            // The allocation's own.
            body.remove("context_id");
        }
        body.set("input_tokens", request.tokens("input_tokens", "input_text"));
        body.set("output_tokens", request.tokens("output_tokens", "output_text"));
        OwnAnswer counted = api.post("/api/usage/record", body);
        ObjectNode answer = McpJson.object();
        Shaping.copy(
                counted.body(),
                answer,
                "context_id",
                "allocation_id",
                "record_id",
                "provider",
                "model",
                "input_tokens",
                "output_tokens");
        Shaping.copyAs(counted.body(), "total_tokens", answer, "recorded_tokens");
        Shaping.copy(counted.body(), answer, "input_cost", "output_cost", "total_cost");
        answer.putNull("remaining");
        if (body.has("allocation_id")) {
            OwnAnswer allocation =
                    api.tried(
                            "/api/allocations/"
                                    + ApiSession.encoded(body.get("allocation_id").asString()),
                            new ApiParameters().behind(counted.position()));
            if (allocation.done()) {
                Shaping.copyAs(allocation.body(), "remaining_tokens", answer, "remaining");
            }
        }
        return answer.put("success", true);
    }

    static ObjectNode status(TektonRequest request, ApiSession api) throws ToolRefusedException {
        String period = request.text("period", "daily");
        JsonNode entries =
                api.get(
                                "/api/budgets/"
                                        + ApiSession.encoded(request.budgetId())
                                        + "/summary",
                                new ApiParameters().with("period", period))
                        .body();
        ObjectNode answer = McpJson.object().put("period", period).put("success", true);
        if (Set.of(APOLLO, RHETOR).contains(request.sender())) {
            ObjectNode tiers = answer.putObject("tiers");
            for (JsonNode entry : entries) {
                if (isAsked(request, entry) && entry.path("component").isNull()) {
                    tier(entry, request.sender().equals(APOLLO), tiers);
                }
            }
            return answer;
        }
        ArrayNode summaries = answer.putArray("summaries");
        for (JsonNode entry : entries) {
            if (isAsked(request, entry)) {
                summaries.add(summary(entry));
            }
        }
        return answer;
    }

    private static boolean isAsked(TektonRequest request, JsonNode entry) {
        String tier = apolloName(request.text("tier", ""));
        return (tier.isEmpty() || tier.equals(apolloName(entry.path("tier").asString(""))))
                && request.text("provider", entry.path("provider").asString(""))
                        .equals(entry.path("provider").asString(""));
    }

    private static void tier(JsonNode entry, boolean apollo, ObjectNode tiers) {
        String name = entry.path("tier").asString("all");
        ObjectNode tier = tiers.putObject(apollo ? apolloName(name) : name);
        boolean cost = entry.path("token_limit").isNull();
        Shaping.copyAs(entry, "total_tokens_allocated", tier, "allocated");
        Shaping.copyAs(entry, cost ? "total_cost" : "total_tokens_used", tier, "used");
        Shaping.copyAs(entry, cost ? "remaining_cost" : "remaining_tokens", tier, "remaining");
        Shaping.copyAs(entry, cost ? "cost_limit" : "token_limit", tier, "limit");
        Shaping.copyAs(
                entry,
                cost ? "cost_usage_percentage" : "token_usage_percentage",
                tier,
                "usage_percentage");
        Shaping.copyAs(
                entry,
                cost ? "cost_limit_exceeded" : "token_limit_exceeded",
                tier,
                "limit_exceeded");
    }

    private static ObjectNode summary(JsonNode entry) {
        ObjectNode summary = McpJson.object();
        Shaping.copy(entry, summary, "budget_id", "tier", "provider", "component");
        Shaping.copyAs(entry, "total_tokens_allocated", summary, "tokens_allocated");
        Shaping.copyAs(entry, "total_tokens_used", summary, "tokens_used");
        Shaping.copyAs(entry, "remaining_tokens", summary, "tokens_remaining");
        Shaping.copy(
                entry, summary, "token_limit", "token_usage_percentage", "token_limit_exceeded");
        Shaping.copyAs(entry, "total_cost", summary, "cost");
        Shaping.copy(entry, summary, "cost_limit", "cost_usage_percentage", "cost_limit_exceeded");
        return summary;
    }

    static ObjectNode recommend(TektonRequest request, ApiSession api) throws ToolRefusedException {
        int size = Shaping.number(request.fields(), "context_size", CONTEXT_DEFAULT);
        ObjectNode answer = McpJson.object();
        Shaping.copy(request.fields(), answer, "provider", "model");
        answer.put("task_type", request.text("task_type", "default")).put("context_size", size);
        Shaping.first(
                cheaper(
                        request.text("provider", ""),
                        request.text("model", ""),
                        size == 0 ? 1 : size,
                        api),
                RECOMMENDATIONS_MAX,
                answer.putArray("recommendations"),
                TektonCalls::model);
        return answer;
    }

    private static JsonNode cheaper(String provider, String model, long size, ApiSession api)
            throws ToolRefusedException {
        ObjectNode body =
                McpJson.object()
                        .put("provider", provider)
                        .put("model", model)
                        .put("context_size", size);
        return api.post("/api/prices/recommendations", body).body().path("items");
    }

    private static ObjectNode model(JsonNode each) {
        ObjectNode model = McpJson.object();
        Shaping.copy(
                each, model, "provider", "model", "estimated_cost", "savings", "savings_percent");
        return model;
    }

    /** The default model if it fits; else the best that costs less, whether it fits or not. */
    static ObjectNode route(TektonRequest request, ApiSession api) throws ToolRefusedException {
        String provider = request.text("default_provider", "");
        String model = request.text("default_model", "");
        JsonNode input = request.tokens("input_tokens", "input_text");
        ObjectNode body = spender(request).put("provider", provider).put("model", model);
        JsonNode found = allowed(request, body, input, api);
        ObjectNode answer = McpJson.object().put("provider", provider).put("model", model);
        ArrayNode warnings = answer.putArray("warnings");
        found.path("warnings").forEach(each -> warnings.add(each.path("message").asString("")));
        boolean downgraded = false;
        if (!found.get("allowed").asBoolean()) {
            warnings.add(found.path("reason").asString("the budget does not allow it"));
            // A count of tokens, as the API has judged it.
            long size = ROUTED_CONTEXT * input.longValue();
            JsonNode best =
                    cheaper(provider, model, Math.clamp(size, 1, UsageBounds.TOKENS_MAX), api)
                            .path(0);
            downgraded = best.isObject();
            if (downgraded) {
                Shaping.copy(best, answer, "provider", "model");
            } else {
                warnings.add("no model costs less");
            }
        }
        return answer.put("original_provider", provider)
                .put("original_model", model)
                .put("is_downgraded", downgraded);
    }

    static ObjectNode analytics(TektonRequest request, ApiSession api) throws ToolRefusedException {
        String[] filters = {"budget_id", "provider", "model", "component", "task_type"};
        ObjectNode fields = request.fields();
        String period = request.text("period", "daily");
        ApiParameters query = new ApiParameters().with("period", period).with(fields, filters);
        Shaping.parameter(fields, "start_date", query, "start_time");
        Shaping.parameter(fields, "end_date", query, "end_time");
        JsonNode sum = api.get("/api/reports/summary", query).body();
        boolean custom = fields.path("start_date").isString() || fields.path("end_date").isString();
        ObjectNode answer = McpJson.object().put("period", custom ? "custom" : period);
        Shaping.copyAs(sum, "start_time", answer, "start_date");
        Shaping.copyAs(sum, "end_time", answer, "end_date");
        Shaping.copy(
                sum,
                answer,
                "total_input_tokens",
                "total_output_tokens",
                "total_tokens",
                "total_cost");
        Shaping.copyAs(sum, "count", answer, "record_count");
        JsonNode groups = sum.path("groups");
        Shaping.copyAs(groups, "provider", answer, "providers");
        Shaping.copyAs(groups, "component", answer, "components");
        Shaping.copyAs(groups, "task_type", answer, "task_types");
        Shaping.copy(fields, answer, "budget_id");
        if (sum.path("count").asInt(0) >= SERIES_RECORDS_MIN) {
            boolean hours = !custom && Set.of("hourly", "daily").contains(period);
            String by = hours ? "hour" : "day";
            ApiParameters rows =
                    new ApiParameters()
                            .with("format", "json")
                            .with("group_by", by)
                            .with("from", sum.path("start_time").asString(""))
                            .with("to", sum.path("end_time").asString(""))
                            .with(fields, filters);
            series(api.get("/api/reports/usage", rows).body().path("items"), by, answer);
        }
        return answer;
    }

    private static void series(JsonNode rows, String by, ObjectNode answer) {
        ObjectNode series = answer.putObject("time_series");
        column(rows, by, series.putArray("labels"));
        column(rows, "input_tokens", series.putArray("input_tokens"));
        column(rows, "output_tokens", series.putArray("output_tokens"));
        column(rows, "total_cost", series.putArray("costs"));
        column(rows, "record_count", series.putArray("counts"));
    }

    private static void column(JsonNode rows, String field, ArrayNode column) {
        rows.forEach(row -> column.add(row.path(field)));
    }

    /** Apollo's name of a tier: its last word. */
    private static String apolloName(String tier) {
        return tier.substring(tier.lastIndexOf('_') + 1);
    }

    /** An id for who gives none. */
    static String newId() {
        return UUID.randomUUID().toString();
    }
}
