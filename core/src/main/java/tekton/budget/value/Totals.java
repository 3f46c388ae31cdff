package tekton.budget.value;

/**
 * A sum over usage records. Adding is exact, associative and commutative.
 *
 * @param tokens the tokens by class
 * @param unpricedTokens the tokens (input plus output) of records without a known price
 * @param estimatedTokens the tokens of records that are charged as standard because nobody has a
 *     rate of their service tier
 * @param cost the sum of the known costs
 * @param recordCount how many distinct records
 * @param firstAtMs the earliest record's timestamp, epoch milliseconds; {@link Long#MAX_VALUE} when
 *     there is none
 * @param lastAtMs the latest record's timestamp; {@link Long#MIN_VALUE} when there is none
 */
public record Totals(
        TokenCounts tokens,
        long unpricedTokens,
        long estimatedTokens,
        Money cost,
        long recordCount,
        long firstAtMs,
        long lastAtMs) {

    /** The sum over no record. */
    public static final Totals ZERO =
            new Totals(TokenCounts.ZERO, 0, 0, Money.ZERO, 0, Long.MAX_VALUE, Long.MIN_VALUE);

    /** A sum without estimates. */
    public Totals(
            TokenCounts tokens,
            long unpricedTokens,
            Money cost,
            long recordCount,
            long firstAtMs,
            long lastAtMs) {
        this(tokens, unpricedTokens, 0, cost, recordCount, firstAtMs, lastAtMs);
    }

    /** The exact sum; an overflow is an {@link ArithmeticException}. */
    public Totals plus(Totals other) {
        return new Totals(
                tokens.plus(other.tokens),
                Math.addExact(unpricedTokens, other.unpricedTokens),
                Math.addExact(estimatedTokens, other.estimatedTokens),
                cost.plus(other.cost),
                Math.addExact(recordCount, other.recordCount),
                Math.min(firstAtMs, other.firstAtMs),
                Math.max(lastAtMs, other.lastAtMs));
    }

    /** True when all its records lie from one time to before another, epoch milliseconds. */
    public boolean liesWithin(long fromMs, long untilMs) {
        return firstAtMs >= fromMs && lastAtMs < untilMs;
    }

    /** True when none of its records can lie from one time to before another. */
    public boolean liesOutside(long fromMs, long untilMs) {
        return lastAtMs < fromMs || firstAtMs >= untilMs;
    }

    /** True when no record is in it. */
    public boolean isEmpty() {
        return recordCount == 0;
    }
}
