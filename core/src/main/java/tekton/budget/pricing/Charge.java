package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Money;

/**
 * What one record costs, exact.
 *
 * @param inputPico the input's cost in pico-USD, at most 1e18
 * @param outputPico the output's cost in pico-USD, at most 1e18
 * @param requestPico what the request costs whatever its tokens, in pico-USD, at most 1e15
 * @param pricingVersion the version used; null when no price is known, and then the cost is
 *     unknown, not zero
 * @param estimated true when nobody has a rate of the record's service tier, and it is charged as
 *     standard
 */
public record Charge(
        long inputPico,
        long outputPico,
        long requestPico,
        @Nullable String pricingVersion,
        boolean estimated) {

    /** The charge of a record whose model has no known price. */
    public static final Charge UNPRICED = new Charge(0, 0, 0, null, false);

    /** A charge for tokens only, at a known rate. */
    public Charge(long inputPico, long outputPico, @Nullable String pricingVersion) {
        this(inputPico, outputPico, 0, pricingVersion, false);
    }

    /** True when the cost is unknown. */
    public boolean unpriced() {
        return pricingVersion == null;
    }

    /** Input, output and request together; it fits a long with room for four times as much. */
    public Money total() {
        return Money.ofPico(Math.addExact(Math.addExact(inputPico, outputPico), requestPico));
    }
}
