package tekton.budget.poller.reconcile;

import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContext;
import tekton.budget.value.Money;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** How far prices are from one another. Integers only; nothing overflows. */
final class Figures {

    /** Figures agree when they differ by at most a tenth of the larger one. */
    private static final BigInteger AGREEMENT_SHARE = BigInteger.TEN;

    private Figures() {}

    /** What a source says in short. */
    static PriceStatus.Figures of(String source, PriceTerms terms) {
        Rates rates = terms.standard().rates();
        return new PriceStatus.Figures(source, rates.input(), rates.output());
    }

    /** The same in words. */
    static String said(PriceStatus.Figures figures) {
        return "%s says %s USD in and %s out"
                .formatted(
                        figures.source(),
                        Money.ofPico(figures.inputPico()),
                        Money.ofPico(figures.outputPico()));
    }

    /** True when input and output each differ by at most 10 % of the larger; two zeros agree. */
    static boolean agree(PriceStatus.Figures one, PriceStatus.Figures other) {
        return agree(one.inputPico(), other.inputPico())
                && agree(one.outputPico(), other.outputPico());
    }

    private static boolean agree(long one, long other) {
        BigInteger difference = BigInteger.valueOf(one).subtract(BigInteger.valueOf(other)).abs();
        return difference
                        .multiply(AGREEMENT_SHARE)
                        .compareTo(BigInteger.valueOf(Math.max(one, other)))
                <= 0;
    }

    /** True when input or output is more than so many times the other's. */
    static boolean far(PriceStatus.Figures one, PriceStatus.Figures other, int factor) {
        return beyond(one.inputPico(), other.inputPico(), factor)
                || beyond(one.outputPico(), other.outputPico(), factor);
    }

    /**
     * The first figure that is more than so many times the earlier one, or less than that part of
     * it, in words. Figures that only one of the two has say nothing: a class gets a price of its
     * own when somebody writes it down.
     */
    static Optional<String> changedBeyond(PriceTerms before, PriceTerms after, int factor) {
        SortedMap<String, Long> old = cells(before);
        for (Map.Entry<String, Long> cell : cells(after).entrySet()) {
            Long was = old.get(cell.getKey());
            if (was != null && beyond(was, cell.getValue(), factor)) {
                return Optional.of(
                        "%s: %s USD instead of %s (expected: a change of at most %d times)"
                                .formatted(
                                        cell.getKey(),
                                        Money.ofPico(cell.getValue()),
                                        Money.ofPico(was),
                                        factor));
            }
        }
        return Optional.empty();
    }

    /** Zero is beyond any factor of what is not: free by mistake is the dearest mistake. */
    private static boolean beyond(long one, long other, int factor) {
        long small = Math.min(one, other);
        long large = Math.max(one, other);
        // At most 1e15 times 1e4 could overflow; a product is compared by division instead.
        return small == 0
                ? large != 0
                : large / small > factor || (large / small == factor && large % small != 0);
    }

    private static SortedMap<String, Long> cells(PriceTerms terms) {
        SortedMap<String, Long> cells = new TreeMap<>();
        put(cells, "", terms.standard());
        terms.otherTiers().forEach((tier, rates) -> put(cells, tier.wireName() + ".", rates));
        return cells;
    }

    private static void put(SortedMap<String, Long> cells, String prefix, TieredRates tiered) {
        put(cells, prefix, tiered.rates());
        for (LongContext size : tiered.longContext()) {
            put(cells, prefix + "above_" + size.aboveInputTokens() + ".", size.rates());
        }
    }

    private static void put(SortedMap<String, Long> cells, String prefix, Rates rates) {
        for (Map.Entry<RateClass, Long> rate : rates.byClass().entrySet()) {
            cells.put(prefix + rate.getKey().wireName(), rate.getValue());
        }
    }
}
