package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Rates by class in pico-USD (1e-12 USD), per token or per request. An explicit zero is a rate:
 * free. An absent rate says nothing, see {@link RateClass#whole}.
 *
 * @param byClass each from 0 to its class's {@link RateClass#max}
 */
public record Rates(Map<RateClass, Long> byClass) {

    /** The highest plausible rate of a token: 0.001 USD. */
    public static final long RATE_MAX = RateClass.TOKEN_MAX;

    public Rates {
        Map<RateClass, Long> copy = new EnumMap<>(RateClass.class);
        copy.putAll(byClass);
        copy.forEach(Rates::check);
        byClass = Collections.unmodifiableMap(copy);
    }

    /** Rates of the classes that most price lists have; null is absent. */
    public Rates(
            long input,
            long output,
            @Nullable Long cachedInput,
            @Nullable Long cacheWrite,
            @Nullable Long reasoning) {
        this(usual(input, output, cachedInput, cacheWrite, reasoning));
    }

    /** Rates that do not tell the parts apart. */
    public static Rates of(long input, long output) {
        return new Rates(input, output, null, null, null);
    }

    /** The rate of a class; null when absent. */
    public @Nullable Long of(RateClass rateClass) {
        return byClass.get(rateClass);
    }

    /**
     * The rate per input token.
     *
     * @throws IllegalStateException if there is none, as in rates that only replace others
     */
    public long input() {
        return required(RateClass.INPUT);
    }

    /**
     * The rate per output token.
     *
     * @throws IllegalStateException if there is none, as in rates that only replace others
     */
    public long output() {
        return required(RateClass.OUTPUT);
    }

    /** True when both wholes have a rate, so that every token has one. */
    public boolean complete() {
        return byClass.containsKey(RateClass.INPUT) && byClass.containsKey(RateClass.OUTPUT);
    }

    /**
     * These rates with those that the other names in their place. A part that costs here what its
     * whole costs goes on doing so: a price list that names it twice does not mean to fix it.
     */
    public Rates replacedBy(Rates other) {
        Map<RateClass, Long> replaced = new EnumMap<>(RateClass.class);
        byClass.forEach(
                (rateClass, rate) -> {
                    if (!rate.equals(rateOfWhole(rateClass))) {
                        replaced.put(rateClass, rate);
                    }
                });
        replaced.putAll(other.byClass);
        return new Rates(replaced);
    }

    /** The rate that a class has without one of its own; null when there is none either. */
    private @Nullable Long rateOfWhole(RateClass rateClass) {
        RateClass whole = rateClass.whole();
        while (whole != null) {
            Long rate = byClass.get(whole);
            if (rate != null) {
                return rate;
            }
            whole = whole.whole();
        }
        return null;
    }

    private long required(RateClass rateClass) {
        Long rate = byClass.get(rateClass);
        if (rate == null) {
            throw new IllegalStateException("rates." + rateClass.wireName() + ": absent");
        }
        return rate;
    }

    private static Map<RateClass, Long> usual(
            long input,
            long output,
            @Nullable Long cachedInput,
            @Nullable Long cacheWrite,
            @Nullable Long reasoning) {
        Map<RateClass, Long> rates = new EnumMap<>(RateClass.class);
        rates.put(RateClass.INPUT, input);
        rates.put(RateClass.OUTPUT, output);
        putIfPresent(rates, RateClass.CACHED_INPUT, cachedInput);
        putIfPresent(rates, RateClass.CACHE_WRITE, cacheWrite);
        putIfPresent(rates, RateClass.REASONING, reasoning);
        return rates;
    }

    private static void putIfPresent(
            Map<RateClass, Long> rates, RateClass rateClass, @Nullable Long rate) {
        if (rate != null) {
            rates.put(rateClass, rate);
        }
    }

    private static void check(RateClass rateClass, Long rate) {
        if (rate < 0 || rate > rateClass.max()) {
            throw new IllegalArgumentException(
                    "rates.%s: %d pico-USD (expected: 0 to %d)"
                            .formatted(rateClass.wireName(), rate, rateClass.max()));
        }
    }
}
