package tekton.budget.api.totals;

/**
 * A model as one provider serves it.
 *
 * @param provider who serves it
 * @param name the model's name there
 */
public record ProviderModel(String provider, String name) {

    /** Both, with a slash between them, as texts name a model. */
    @Override
    public String toString() {
        return provider + '/' + name;
    }
}
