package tekton.budget.poller.feed;

import tekton.budget.event.PriceTerms;

/**
 * What one source says one model costs.
 *
 * @param model whose price it is
 * @param terms what it costs
 * @param raw the source's own figures as text
 * @param witness true when the source sells the model itself and only bears witness to the
 *     provider's price: then it is compared, and never published
 */
public record Quote(ModelKey model, PriceTerms terms, String raw, boolean witness) {

    /** A quote that may be published. */
    public static Quote of(ModelKey model, PriceTerms terms, String raw) {
        return new Quote(model, terms, raw, false);
    }
}
