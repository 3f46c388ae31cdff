package tekton.budget.pricing;

import tekton.budget.event.PricePublished;

import java.time.Instant;

/**
 * One version, readied for rating.
 *
 * @param id its identity, made once because every record's charge names it
 * @param table its terms, worked out
 * @param fromMs from when it holds, epoch milliseconds
 * @param endsMs when it has been ended; {@link Long#MAX_VALUE} when it has not
 */
record Version(PricePublished price, String id, RateTable table, long fromMs, long endsMs) {

    static Version of(PricePublished price) {
        Instant endsAt = price.endsAt();
        return new Version(
                price,
                price.versionId(),
                new RateTable(price.terms()),
                price.effectiveFrom().toEpochMilli(),
                endsAt == null ? Long.MAX_VALUE : endsAt.toEpochMilli());
    }
}
