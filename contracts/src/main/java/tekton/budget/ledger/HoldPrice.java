package tekton.budget.ledger;

import tekton.budget.value.Money;

/**
 * What an allocation's tokens may cost at most by one price version, and what they are expected to
 * cost.
 *
 * @param version the price version
 * @param ratePico the dearest of the version's rates, pico-USD per token
 * @param estimate a quarter of the tokens as input and the rest as output; for display
 */
public record HoldPrice(String version, long ratePico, Money estimate) {

    /** What so many tokens are held at. */
    public Money of(long tokens) {
        return Money.ofPico(Math.multiplyExact(tokens, ratePico));
    }
}
