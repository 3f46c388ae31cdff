package tekton.budget.event;

import tekton.budget.value.ServiceTier;

import java.util.Comparator;

/**
 * One figure's place in a price.
 *
 * @param tier the service tier
 * @param above for requests with more input tokens than this; {@link #ANY_SIZE} for any
 * @param rateClass what has the price
 */
public record RateCell(ServiceTier tier, long above, RateClass rateClass)
        implements Comparable<RateCell> {

    /** No least size of input. */
    public static final long ANY_SIZE = 0;

    private static final Comparator<RateCell> ORDER =
            Comparator.comparing(RateCell::tier)
                    .thenComparingLong(RateCell::above)
                    .thenComparing(RateCell::rateClass);

    /** The place of a class in the standard tier for any request. */
    public static RateCell of(RateClass rateClass) {
        return new RateCell(ServiceTier.STANDARD, ANY_SIZE, rateClass);
    }

    /** True for the two figures that make a price: input and output of an ordinary request. */
    public boolean isBase() {
        return tier == ServiceTier.STANDARD
                && above == ANY_SIZE
                && rateClass.whole() == null
                && rateClass != RateClass.REQUEST;
    }

    /** The same class and size in another service tier. */
    public RateCell in(ServiceTier other) {
        return new RateCell(other, above, rateClass);
    }

    /**
     * Where it stands, in words: {@code cached_input}, {@code batch.input}, {@code
     * priority.above_200000.output}.
     */
    public String path() {
        return (tier == ServiceTier.STANDARD ? "" : tier.wireName() + '.')
                + (above == ANY_SIZE ? "" : "above_" + above + '.')
                + rateClass.wireName();
    }

    @Override
    public int compareTo(RateCell other) {
        return ORDER.compare(this, other);
    }
}
