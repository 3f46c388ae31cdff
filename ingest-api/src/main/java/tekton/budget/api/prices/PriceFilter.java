package tekton.budget.api.prices;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.totals.Query;
import tekton.budget.event.PricePublished;

/** Which prices are wanted; null means any. Names are taken as they are written. */
record PriceFilter(
        @Nullable String provider,
        @Nullable String model,
        @Nullable String source,
        @Nullable Boolean verified) {

    static PriceFilter of(Query query) {
        return new PriceFilter(
                query.id("provider"),
                query.id("model"),
                query.id("source"),
                query.flag("verified"));
    }

    boolean takes(PricePublished price) {
        return is(provider, price.provider())
                && is(model, price.model())
                && is(source, price.source())
                && is(verified, price.verified());
    }

    private static boolean is(@Nullable Object wanted, Object found) {
        return wanted == null || wanted.equals(found);
    }
}
