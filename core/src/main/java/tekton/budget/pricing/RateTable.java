package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.value.ServiceTier;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * The terms of one version, worked out: the rates of each service tier at each size of input. Made
 * once per version, so that rating a record is a few comparisons and products.
 */
final class RateTable {

    private static final long ANY_SIZE = 0;

    private final Map<ServiceTier, Sizes> byServiceTier = new EnumMap<>(ServiceTier.class);

    /** The rates of one service tier by size of input. */
    private static final class Sizes {

        /** Ascending; the rates beside it hold above that many tokens, the first for any. */
        private final long[] above;

        private final FlatRates[] rates;

        private Sizes(long[] above, FlatRates[] rates) {
            this.above = above;
            this.rates = rates;
        }

        private int level(long inputTokens) {
            int level = above.length - 1;
            while (above[level] >= inputTokens && level > 0) {
                level--;
            }
            return level;
        }
    }

    RateTable(PriceTerms terms) {
        Sizes standard = sizes(terms.standard(), null);
        for (ServiceTier tier : ServiceTier.values()) {
            TieredRates own = terms.otherTiers().get(tier);
            byServiceTier.put(tier, own == null ? standard : sizes(terms.standard(), own));
        }
    }

    /** True when the terms have rates of that service tier, which the standard always is. */
    boolean knows(ServiceTier tier) {
        return tier == ServiceTier.STANDARD || sizes(tier) != sizes(ServiceTier.STANDARD);
    }

    /** The rates of a request with that much input in that service tier. */
    FlatRates rates(ServiceTier tier, long inputTokens) {
        Sizes sizes = sizes(tier);
        return sizes.rates[sizes.level(inputTokens)];
    }

    /** The size beyond which those rates hold, in input tokens; 0 for ordinary size. */
    long above(ServiceTier tier, long inputTokens) {
        Sizes sizes = sizes(tier);
        return sizes.above[sizes.level(inputTokens)];
    }

    /**
     * The dearest rate of any class of token, in pico-USD, of requests in those service tiers with
     * at most so much input.
     */
    long dearest(Set<ServiceTier> tiers, long inputTokensMax) {
        return dearest(tiers, inputTokensMax, FlatRates::dearest);
    }

    /** The dearest rate of a token of the input, of requests with exactly so much of it. */
    long dearestInput(Set<ServiceTier> tiers, long inputTokens) {
        long dearest = 0;
        for (ServiceTier tier : tiers) {
            dearest = Math.max(dearest, rates(tier, inputTokens).dearestInput());
        }
        return dearest;
    }

    /** The sizes beyond which other rates hold in one of those service tiers, in input tokens. */
    LongStream sizes(Set<ServiceTier> tiers) {
        return tiers.stream()
                .flatMapToLong(tier -> Arrays.stream(sizes(tier).above))
                .filter(above -> above != ANY_SIZE);
    }

    /** The dearest fee of such a request, in pico-USD. */
    long dearestRequest(Set<ServiceTier> tiers, long inputTokensMax) {
        return dearest(tiers, inputTokensMax, FlatRates::request);
    }

    private long dearest(
            Set<ServiceTier> tiers, long inputTokensMax, ToLongFunction<FlatRates> rate) {
        long dearest = 0;
        for (ServiceTier tier : tiers) {
            Sizes sizes = sizes(tier);
            for (int level = sizes.level(inputTokensMax); level >= 0; level--) {
                dearest = Math.max(dearest, rate.applyAsLong(sizes.rates[level]));
            }
        }
        return dearest;
    }

    private Sizes sizes(ServiceTier tier) {
        return Objects.requireNonNull(byServiceTier.get(tier), "every service tier is in it");
    }

    private static Sizes sizes(TieredRates standard, @Nullable TieredRates own) {
        SortedSet<Long> steps = new TreeSet<>();
        steps.add(ANY_SIZE);
        standard.longContext().forEach(size -> steps.add(size.aboveInputTokens()));
        if (own != null) {
            own.longContext().forEach(size -> steps.add(size.aboveInputTokens()));
        }
        long[] above = steps.stream().mapToLong(Long::longValue).toArray();
        FlatRates[] rates = new FlatRates[above.length];
        for (int i = 0; i < above.length; i++) {
            Rates at = replaced(standard.rates(), standard.longContext(), above[i]);
            if (own != null) {
                Rates ofTier =
                        own.longContext().isEmpty()
                                ? inProportion(own.rates(), standard.rates(), at)
                                : own.rates();
                at = replaced(at.replacedBy(ofTier), own.longContext(), above[i]);
            }
            rates[i] = FlatRates.of(at);
        }
        return new Sizes(above, rates);
    }

    /** The rates of a service tier, changed as much as the standard's change with the size. */
    private static Rates inProportion(Rates ofTier, Rates standard, Rates standardAtSize) {
        FlatRates ordinary = FlatRates.of(standard);
        FlatRates atSize = FlatRates.of(standardAtSize);
        Map<RateClass, Long> rates = new EnumMap<>(RateClass.class);
        ofTier.byClass()
                .forEach(
                        (rateClass, rate) ->
                                rates.put(
                                        rateClass,
                                        scaled(
                                                rate,
                                                atSize.of(rateClass),
                                                ordinary.of(rateClass),
                                                rateClass.max())));
        return new Rates(rates);
    }

    /** At most 1e15 times 1e15: beyond a long, and not on the hot path. */
    private static long scaled(long rate, long numerator, long denominator, long max) {
        if (numerator == denominator || denominator == 0) {
            return rate;
        }
        return BigDecimal.valueOf(rate)
                .multiply(BigDecimal.valueOf(numerator))
                .divide(BigDecimal.valueOf(denominator), 0, RoundingMode.HALF_EVEN)
                .min(BigDecimal.valueOf(max))
                .longValueExact();
    }

    private static Rates replaced(Rates rates, List<LongContextRates> longContext, long above) {
        Rates at = rates;
        for (LongContextRates size : longContext) {
            if (size.aboveInputTokens() <= above) {
                at = at.replacedBy(size.rates());
            }
        }
        return at;
    }
}
