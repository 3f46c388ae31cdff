package tekton.budget.poller.reconcile;

import tekton.budget.event.PriceFault;
import tekton.budget.event.PriceFault.FaultCode;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateCell;
import tekton.budget.event.Rates;
import tekton.budget.value.Money;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** How far prices are from one another. Integers only; nothing overflows. */
final class FigureRules {

    /** Figures agree when they differ by at most a tenth of the larger one. */
    private static final BigInteger AGREEMENT_SHARE = BigInteger.TEN;

    private FigureRules() {}

    /** What a source says in short. */
    static PriceStatus.QuotedPrice of(String source, PriceTerms terms) {
        Rates rates = terms.standard().rates();
        return new PriceStatus.QuotedPrice(source, rates.input(), rates.output());
    }

    /** The same in words. */
    static String said(PriceStatus.QuotedPrice figures) {
        return "%s says %s USD in and %s out"
                .formatted(
                        figures.source(),
                        Money.ofPico(figures.inputPico()),
                        Money.ofPico(figures.outputPico()));
    }

    /** True when input and output each differ by at most 10 % of the larger; two zeros agree. */
    static boolean agree(PriceStatus.QuotedPrice one, PriceStatus.QuotedPrice other) {
        return agree(one.inputPico(), other.inputPico())
                && agree(one.outputPico(), other.outputPico());
    }

    static boolean agree(long one, long other) {
        BigInteger difference = BigInteger.valueOf(one).subtract(BigInteger.valueOf(other)).abs();
        return difference
                        .multiply(AGREEMENT_SHARE)
                        .compareTo(BigInteger.valueOf(Math.max(one, other)))
                <= 0;
    }

    /** True when input or output is more than so many times the other's. */
    static boolean far(PriceStatus.QuotedPrice one, PriceStatus.QuotedPrice other, int factor) {
        return beyond(one.inputPico(), other.inputPico(), factor)
                || beyond(one.outputPico(), other.outputPico(), factor);
    }

    /**
     * Which of the two figures that make a price is more than so many times the earlier one, or
     * less than that part of it, in words.
     */
    static Optional<PriceFault> baseChangedBeyond(
            SortedMap<RateCell, Long> before, SortedMap<RateCell, Long> after, int factor) {
        for (Map.Entry<RateCell, Long> figure : after.entrySet()) {
            Long was = before.get(figure.getKey());
            if (figure.getKey().isBase() && was != null && beyond(was, figure.getValue(), factor)) {
                return Optional.of(changed(figure.getKey(), was, figure.getValue(), factor));
            }
        }
        return Optional.empty();
    }

    /** That a figure has changed too much. */
    static PriceFault changed(RateCell cell, long was, long is, int factor) {
        return new PriceFault(
                FaultCode.CHANGED_TOO_MUCH,
                "%s: %s USD instead of %s (expected: a change of at most %d times)"
                        .formatted(cell.path(), Money.ofPico(is), Money.ofPico(was), factor));
    }

    /** Zero is beyond any factor of what is not: free by mistake is the dearest mistake. */
    static boolean beyond(long one, long other, int factor) {
        long small = Math.min(one, other);
        long large = Math.max(one, other);
        // At most 1e15 times 1e4 could overflow; a product is compared by division instead.
        return small == 0
                ? large != 0
                : large / small > factor || (large / small == factor && large % small != 0);
    }
}
