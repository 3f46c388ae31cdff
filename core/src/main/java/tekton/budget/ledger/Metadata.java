package tekton.budget.ledger;

/**
 * What a client keeps with a budget, a policy or an allocation; never looked into.
 *
 * @param json one JSON object as compact text, within the bounds of a usage record's metadata
 */
public record Metadata(String json) {

    /** No metadata. */
    public static final Metadata NONE = new Metadata("{}");
}
