package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.HoldPrice;
import tekton.budget.pricing.PriceBook;

/** What so many tokens of a model will probably cost. Pure. */
final class Estimates {

    private Estimates() {}

    /**
     * What an allocation is held at; null when the model or its price is not known. A quarter of
     * the tokens counts as input.
     */
    static @Nullable HoldPrice hold(
            PriceBook book,
            @Nullable String provider,
            @Nullable String model,
            long tokens,
            long atMs) {
        if (provider == null || model == null) {
            return null;
        }
        return book.match(provider, model, atMs)
                .map(
                        match ->
                                new HoldPrice(
                                        match.price().versionId(),
                                        match.dearestRate(tokens),
                                        match.cost(tokens / 4, tokens - tokens / 4)))
                .orElse(null);
    }
}
