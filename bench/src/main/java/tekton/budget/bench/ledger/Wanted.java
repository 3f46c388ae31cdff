package tekton.budget.bench.ledger;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An allocation as it is asked for, of the model that every command here uses.
 *
 * @param budgetId from which budget
 * @param contextId for which context
 * @param tokens how many
 */
public record Wanted(String budgetId, String contextId, long tokens) {

    /** The model's provider. */
    public static final String PROVIDER = "anthropic";

    /** A model with a price. */
    public static final String MODEL = "claude-3-opus-20240229";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    ObjectNode json() {
        return JSON.createObjectNode()
                .put("budget_id", budgetId)
                .put("context_id", contextId)
                .put("component", "bench")
                .put("tokens_allocated", tokens)
                .put("provider", PROVIDER)
                .put("model", MODEL);
    }

    /** As the request's body. */
    public byte[] toJson() {
        return JSON.writeValueAsBytes(json());
    }
}
