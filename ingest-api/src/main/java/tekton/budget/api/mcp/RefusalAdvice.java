package tekton.budget.api.mcp;

import tools.jackson.databind.JsonNode;

/** What limits in the way mean for who wanted to spend, in sentences. */
final class RefusalAdvice {

    private RefusalAdvice() {}

    /**
     * What can be done about a refusal.
     *
     * @param blocking the limits in the way, as the API tells them; possibly none
     */
    static String of(JsonNode blocking) {
        StringBuilder advice = new StringBuilder();
        for (JsonNode limit : blocking) {
            boolean cost = limit.path("measure").asString("").equals("cost");
            String left = McpJson.decimal(limit.path("left"));
            advice.append(
                    "%s leaves %s %s%s. "
                            .formatted(
                                    limit.path("policy_id").asString("A limit"),
                                    left == null ? "too few" : left,
                                    cost ? "USD" : "tokens",
                                    limit.path("window_end").isString()
                                            ? " until " + limit.get("window_end").stringValue()
                                            : ""));
        }
        return advice.append(
                        "Ask for fewer tokens, take a cheaper model, release an allocation, or")
                .append(" wait until the window ends.")
                .toString();
    }
}
