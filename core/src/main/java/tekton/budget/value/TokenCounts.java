package tekton.budget.value;

/**
 * The tokens of one call or of many, by class.
 *
 * <p>{@code input} includes {@code cachedInput} and {@code cacheWrite}; {@code output} includes
 * {@code reasoning}. The bounds of one record are {@link UsageBounds}'; a sum may be larger.
 *
 * @param input all input tokens, at least 0
 * @param output all output tokens, at least 0
 * @param cachedInput the part of the input read from a cache
 * @param cacheWrite the part of the input written to a cache
 * @param reasoning the part of the output spent on reasoning
 */
public record TokenCounts(
        long input, long output, long cachedInput, long cacheWrite, long reasoning) {

    /** No tokens. */
    public static final TokenCounts ZERO = new TokenCounts(0, 0, 0, 0, 0);

    public TokenCounts {
        if (cachedInput < 0
                || cacheWrite < 0
                || reasoning < 0
                || cachedInput > input - cacheWrite
                || reasoning > output) {
            throw new IllegalArgumentException(
                    "tokens: %d in (%d cached, %d cache write), %d out (%d reasoning) (expected: no"
                                    .formatted(input, cachedInput, cacheWrite, output, reasoning)
                            + " part below 0 or above its whole)");
        }
    }

    /** Input and output without parts. */
    public static TokenCounts of(long input, long output) {
        return new TokenCounts(input, output, 0, 0, 0);
    }

    /** Input plus output; the parts are already in them. */
    public long total() {
        return Math.addExact(input, output);
    }

    /** The exact sum, class by class; an overflow is an {@link ArithmeticException}. */
    public TokenCounts plus(TokenCounts other) {
        return new TokenCounts(
                Math.addExact(input, other.input),
                Math.addExact(output, other.output),
                Math.addExact(cachedInput, other.cachedInput),
                Math.addExact(cacheWrite, other.cacheWrite),
                Math.addExact(reasoning, other.reasoning));
    }
}
