package tekton.budget.ledger;

import tekton.budget.value.Money;

/**
 * Tokens and what they cost, as limits count them.
 *
 * @param tokens input plus output, at least 0
 * @param cost the cost
 */
public record Amount(long tokens, Money cost) {

    /** Nothing. */
    public static final Amount ZERO = new Amount(0, Money.ZERO);

    public Amount {
        if (tokens < 0) {
            throw new IllegalArgumentException(
                    "amount: %d tokens (expected: >= 0)".formatted(tokens));
        }
    }

    /** The exact sum; an overflow is an {@link ArithmeticException}. */
    public Amount plus(Amount other) {
        return new Amount(Math.addExact(tokens, other.tokens), cost.plus(other.cost));
    }

    /** The exact difference; below zero is an {@link IllegalArgumentException}. */
    public Amount minus(Amount other) {
        return new Amount(tokens - other.tokens, cost.minus(other.cost));
    }

    /** True when neither tokens nor money are in it. */
    public boolean isZero() {
        return tokens == 0 && cost.equals(Money.ZERO);
    }
}
