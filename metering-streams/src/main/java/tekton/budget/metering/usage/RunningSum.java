package tekton.budget.metering.usage;

import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

/**
 * Totals that are added to in place: what a record adds is added several times, and each sum of
 * values would be three objects. As exact as {@link Totals#plus}. Of one thread.
 */
final class RunningSum {

    private long input;
    private long output;
    private long cachedInput;
    private long cacheWrite;
    private long reasoning;
    private long unpricedTokens;
    private long estimatedTokens;
    private long usd;
    private long pico;
    private long recordCount;
    private long firstAtMs = Long.MAX_VALUE;
    private long lastAtMs = Long.MIN_VALUE;

    /**
     * Adds.
     *
     * @throws ArithmeticException on an overflow; the sum is of no use then
     */
    void add(Totals more) {
        TokenCounts tokens = more.tokens();
        input = Math.addExact(input, tokens.input());
        output = Math.addExact(output, tokens.output());
        cachedInput = Math.addExact(cachedInput, tokens.cachedInput());
        cacheWrite = Math.addExact(cacheWrite, tokens.cacheWrite());
        reasoning = Math.addExact(reasoning, tokens.reasoning());
        unpricedTokens = Math.addExact(unpricedTokens, more.unpricedTokens());
        estimatedTokens = Math.addExact(estimatedTokens, more.estimatedTokens());
        usd = Math.addExact(usd, more.cost().usd());
        pico += more.cost().pico();
        if (pico >= Money.PICO_PER_USD) {
            pico -= Money.PICO_PER_USD;
            usd = Math.addExact(usd, 1);
        }
        recordCount = Math.addExact(recordCount, more.recordCount());
        firstAtMs = Math.min(firstAtMs, more.firstAtMs());
        lastAtMs = Math.max(lastAtMs, more.lastAtMs());
    }

    boolean isEmpty() {
        return recordCount == 0;
    }

    /** The sum as it is now. */
    Totals now() {
        return new Totals(
                new TokenCounts(input, output, cachedInput, cacheWrite, reasoning),
                unpricedTokens,
                estimatedTokens,
                new Money(usd, pico),
                recordCount,
                firstAtMs,
                lastAtMs);
    }
}
