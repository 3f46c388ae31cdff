package tekton.budget.poller.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateCell;

import java.util.List;
import java.util.Set;

/**
 * What one source says one model costs.
 *
 * @param model whose price it is
 * @param terms what it costs
 * @param raw the source's own figures as text
 * @param witness true when the source sells the model itself and only bears witness to the
 *     provider's price: then it is compared and may lend, and is never published itself
 * @param page the provider's own page that states it; null where the source has it from elsewhere
 * @param leftOut what is wrong with figures that are not in the terms for that reason
 * @param spoiled their places
 */
public record Quote(
        ModelKey model,
        PriceTerms terms,
        String raw,
        boolean witness,
        @Nullable String page,
        List<PriceFault> leftOut,
        Set<RateCell> spoiled) {

    public Quote {
        leftOut = List.copyOf(leftOut);
        spoiled = Set.copyOf(spoiled);
    }

    /** A quote that may be published. */
    public static Quote of(ModelKey model, PriceTerms terms, String raw) {
        return new Quote(model, terms, raw, false, null, List.of(), Set.of());
    }

    /** A quote that the provider's own page states. */
    public static Quote ofPage(ModelKey model, PriceTerms terms, String page) {
        return new Quote(model, terms, "", false, page, List.of(), Set.of());
    }

    /** The same figures as a word on another's price. */
    public Quote bearingWitness(ModelKey other) {
        return new Quote(other, terms, raw, true, page, List.of(), spoiled);
    }
}
