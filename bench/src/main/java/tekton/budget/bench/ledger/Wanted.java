package tekton.budget.bench.ledger;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An allocation as it is asked for.
 *
 * @param budgetId from which budget
 * @param contextId for which context
 * @param tokens how many
 * @param model of {@link #PROVIDER}
 * @param requests how many may draw on it
 */
public record Wanted(String budgetId, String contextId, long tokens, String model, long requests) {

    /** The models' provider. */
    public static final String PROVIDER = "anthropic";

    /** A model with a price. */
    public static final String MODEL = "claude-3-opus-20240229";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** One of the model that every command here uses, for one request. */
    public Wanted(String budgetId, String contextId, long tokens) {
        this(budgetId, contextId, tokens, MODEL, 1);
    }

    ObjectNode json() {
        ObjectNode json =
                JSON.createObjectNode()
                        .put("budget_id", budgetId)
                        .put("context_id", contextId)
                        .put("component", "bench")
                        .put("tokens_allocated", tokens)
                        .put("provider", PROVIDER)
                        .put("model", model);
        return requests == 1 ? json : json.put("max_requests", requests);
    }

    /** As the request's body. */
    public byte[] toJson() {
        return JSON.writeValueAsBytes(json());
    }
}
