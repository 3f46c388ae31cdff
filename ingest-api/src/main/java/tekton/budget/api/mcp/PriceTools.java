package tekton.budget.api.mcp;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.Map;

/** Tools that read prices, which are nobody's. */
final class PriceTools {

    private static final int TOKENS_DEFAULT = 1_000;
    private static final int MODELS_DEFAULT = 5;

    private PriceTools() {}

    static ObjectNode estimate(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        ObjectNode body = McpJson.object();
        Shaping.take(
                arguments,
                body,
                "provider",
                "model",
                "input_tokens",
                "output_tokens",
                "cached_input_tokens",
                "cache_write_tokens",
                "service_tier");
        JsonNode cost = api.post("/api/prices/calculate", body).body();
        ObjectNode answer = McpJson.object();
        Shaping.copy(cost, answer, "provider", "model");
        answer.set("matched_by", cost.at("/matched/by"));
        Shaping.copy(cost, answer, "pricing_version");
        Shaping.money(cost, answer, "input_cost", "output_cost", "request_cost", "total_cost");
        Shaping.copy(cost, answer, "estimated");
        Shaping.first(
                cost.get("breakdown"),
                Integer.MAX_VALUE,
                answer.putArray("breakdown"),
                part -> {
                    ObjectNode shaped = McpJson.object();
                    Shaping.copy(part, shaped, "class", "tokens");
                    Shaping.money(part, shaped, "rate", "cost");
                    return shaped;
                });
        return answer;
    }

    static ObjectNode recommend(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        ObjectNode body =
                McpJson.object()
                        .put(
                                "context_size",
                                Shaping.number(arguments, "input_tokens", TOKENS_DEFAULT))
                        .put(
                                "output_size",
                                Shaping.number(arguments, "output_tokens", TOKENS_DEFAULT));
        Shaping.take(arguments, body, "provider", "model", "prefer_provider");
        if (arguments.path("max_cost").isString()) {
            body.put("max_cost", new BigDecimal(arguments.get("max_cost").stringValue()));
        }
        JsonNode found = api.post("/api/prices/recommendations", body).body();
        ObjectNode answer = McpJson.object();
        Shaping.copy(found, answer, "current_provider", "current_model");
        Shaping.money(found, answer, "current_cost");
        boolean more =
                Shaping.first(
                        found.get("items"),
                        Shaping.number(arguments, "limit", MODELS_DEFAULT),
                        answer.putArray("models"),
                        model -> {
                            ObjectNode shaped = Shaping.alternative(model);
                            Shaping.copy(model, shaped, "reason");
                            return shaped;
                        });
        return answer.put("truncated", more);
    }

    static ObjectNode price(ObjectNode arguments, ApiSession api) throws ToolRefusedException {
        ObjectNode body = McpJson.object();
        Shaping.take(arguments, body, "provider", "model", "at");
        JsonNode price = api.post("/api/prices/current", body).body();
        ObjectNode answer = McpJson.object();
        Shaping.copy(price, answer, "provider", "model");
        answer.set("matched_by", price.at("/matched/by"));
        Shaping.copyAs(price, "pricing_id", answer, "pricing_version");
        Shaping.money(
                price,
                answer,
                "input_cost_per_token",
                "output_cost_per_token",
                "fixed_cost_per_request");
        ObjectNode rates = answer.putObject("rates");
        for (Map.Entry<String, JsonNode> rate : price.path("rates").properties()) {
            rates.put(rate.getKey(), McpJson.decimal(rate.getValue()));
        }
        Shaping.copy(price, answer, "source", "verified", "effective_from", "effective_to");
        return answer;
    }
}
