package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Amount;
import tekton.budget.value.Money;

/**
 * What was spent, with the tokens by direction.
 *
 * @param input the input tokens
 * @param output the output tokens
 * @param cost the cost
 */
public record SpentTokens(long input, long output, Money cost) {

    /** Nothing. */
    public static final SpentTokens NONE = new SpentTokens(0, 0, Money.ZERO);

    /** The exact sum. */
    public SpentTokens plus(SpentTokens other) {
        return new SpentTokens(
                Math.addExact(input, other.input),
                Math.addExact(output, other.output),
                cost.plus(other.cost));
    }

    /** As limits count it. */
    public Amount amount() {
        return new Amount(Math.addExact(input, output), cost);
    }
}
