package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Amount;
import tekton.budget.value.Money;
import tekton.budget.value.Totals;

/**
 * What was spent, with the tokens by direction. A sum of tokens that no limit could tell from a
 * larger one stays where it is, so that adding never fails: a fact cannot be refused.
 *
 * @param input the input tokens
 * @param output the output tokens
 * @param cost the cost
 */
public record SpentTokens(long input, long output, Money cost) {

    /** Nothing. */
    public static final SpentTokens NONE = new SpentTokens(0, 0, Money.ZERO);

    /** Leaves room for adding used, reserved and asked without a look at overflow. */
    static final long TOKENS_MAX = Long.MAX_VALUE / 4;

    public SpentTokens {
        input = Math.min(input, TOKENS_MAX);
        output = Math.min(output, TOKENS_MAX);
    }

    /** What a total says. */
    static SpentTokens of(Totals totals) {
        return new SpentTokens(totals.tokens().input(), totals.tokens().output(), totals.cost());
    }

    /** The sum. */
    public SpentTokens plus(SpentTokens other) {
        return new SpentTokens(input + other.input, output + other.output, cost.plus(other.cost));
    }

    /** As limits count it. */
    public Amount amount() {
        return new Amount(input + output, cost);
    }
}
