package tekton.budget.pricing;

import tekton.budget.event.RateClass;
import tekton.budget.value.Money;

/**
 * A part of a charge.
 *
 * @param rateClass what was charged
 * @param quantity how many tokens, or 1 for a request
 * @param ratePico what each costs, in pico-USD
 */
public record ChargeLine(RateClass rateClass, long quantity, long ratePico) {

    /** Quantity times rate, exact: at most 1e18 pico-USD. */
    public Money cost() {
        return Money.ofPico(Math.multiplyExact(quantity, ratePico));
    }
}
