package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.TokenCounts;

/**
 * What one provider's model costs, in pico-USD (1e-12 USD) per token.
 *
 * <p>An absent rate of a part means that its tokens cost what their whole costs.
 *
 * @param input per input token, 0 to {@link #RATE_MAX}
 * @param output per output token
 * @param cachedInput per input token read from a cache
 * @param cacheWrite per input token written to a cache
 * @param reasoning per output token spent on reasoning
 */
public record Rates(
        long input,
        long output,
        @Nullable Long cachedInput,
        @Nullable Long cacheWrite,
        @Nullable Long reasoning) {

    /** The highest plausible rate: 0.001 USD per token. With it a record's cost fits a long. */
    public static final long RATE_MAX = 1_000_000_000L;

    public Rates {
        check("input", input);
        check("output", output);
        check("cached_input", cachedInput);
        check("cache_write", cacheWrite);
        check("reasoning", reasoning);
    }

    /** Rates that do not tell the parts apart. */
    public static Rates of(long input, long output) {
        return new Rates(input, output, null, null, null);
    }

    /** The highest of them: what a token costs at most, of whatever class it is. */
    public long dearest() {
        long parts = Math.max(orZero(cachedInput), Math.max(orZero(cacheWrite), orZero(reasoning)));
        return Math.max(Math.max(input, output), parts);
    }

    /** The exact cost of the input in pico-USD: at most 1e9 tokens at 1e9 pico-USD, 1e18. */
    public long inputCostPico(TokenCounts tokens) {
        long plain = tokens.input() - tokens.cachedInput() - tokens.cacheWrite();
        return Math.addExact(
                Math.multiplyExact(plain, input),
                Math.addExact(
                        cost(tokens.cachedInput(), cachedInput, input),
                        cost(tokens.cacheWrite(), cacheWrite, input)));
    }

    /** The exact cost of the output in pico-USD: at most 1e18. */
    public long outputCostPico(TokenCounts tokens) {
        long plain = tokens.output() - tokens.reasoning();
        return Math.addExact(
                Math.multiplyExact(plain, output), cost(tokens.reasoning(), reasoning, output));
    }

    private static long cost(long tokens, @Nullable Long rate, long wholeRate) {
        return Math.multiplyExact(tokens, rate == null ? wholeRate : rate);
    }

    private static long orZero(@Nullable Long rate) {
        return rate == null ? 0 : rate;
    }

    private static void check(String name, @Nullable Long rate) {
        if (rate != null && (rate < 0 || rate > RATE_MAX)) {
            throw new IllegalArgumentException(
                    "rates.%s: %d pico-USD per token (expected: 0 to %d)"
                            .formatted(name, rate, RATE_MAX));
        }
    }
}
