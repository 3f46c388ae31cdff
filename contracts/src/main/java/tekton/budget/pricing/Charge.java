package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Money;

/**
 * What one record costs, exact.
 *
 * @param inputPico the input's cost in pico-USD
 * @param outputPico the output's cost in pico-USD
 * @param pricingVersion the version used; null when no price is known, and then the cost is
 *     unknown, not zero
 */
public record Charge(long inputPico, long outputPico, @Nullable String pricingVersion) {

    /** The charge of a record whose model has no known price. */
    public static final Charge UNPRICED = new Charge(0, 0, null);

    /** True when the cost is unknown. */
    public boolean unpriced() {
        return pricingVersion == null;
    }

    /** Input plus output; at most 2e18 pico-USD. */
    public Money total() {
        return Money.ofPico(Math.addExact(inputPico, outputPico));
    }
}
