package tekton.budget.pricing;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PriceTerms;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContext;
import tekton.budget.value.ServiceTier;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

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
     * The dearest rate of any class of token, in pico-USD, of standard requests with at most so
     * much input.
     */
    long dearest(long inputTokensMax) {
        Sizes sizes = sizes(ServiceTier.STANDARD);
        long dearest = 0;
        for (int level = sizes.level(inputTokensMax); level >= 0; level--) {
            dearest = Math.max(dearest, sizes.rates[level].dearest());
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
                at = replaced(at.replacedBy(own.rates()), own.longContext(), above[i]);
            }
            rates[i] = FlatRates.of(at);
        }
        return new Sizes(above, rates);
    }

    private static Rates replaced(Rates rates, List<LongContext> longContext, long above) {
        Rates at = rates;
        for (LongContext size : longContext) {
            if (size.aboveInputTokens() <= above) {
                at = at.replacedBy(size.rates());
            }
        }
        return at;
    }
}
