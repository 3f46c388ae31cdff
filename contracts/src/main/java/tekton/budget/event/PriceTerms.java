package tekton.budget.event;

import tekton.budget.value.ServiceTier;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What one model costs, in every service tier. Two versions with equal terms charge the same.
 *
 * <p>A service tier's rates replace the standard's of the same class; classes that it does not name
 * cost what they cost in the standard tier at that size. Where it has no long-context tiers of its
 * own, its rates change with the size in the proportion in which the standard's do: <a
 * href="https://developers.openai.com/api/docs/models/gpt-6.2-sol">"Batch costs 50% of Standard
 * rates. Fast mode costs twice the Standard rate for the same context length"</a>, and Google and
 * Anthropic do alike. A service tier without rates costs what the standard costs.
 *
 * @param standard the standard service tier; with a rate of input and of output
 * @param otherTiers what differs in the other service tiers
 */
public record PriceTerms(TieredRates standard, Map<ServiceTier, TieredRates> otherTiers) {

    public PriceTerms {
        Map<ServiceTier, TieredRates> copy = new EnumMap<>(ServiceTier.class);
        copy.putAll(otherTiers);
        otherTiers = Collections.unmodifiableMap(copy);
        if (!standard.rates().complete()) {
            throw new IllegalArgumentException(
                    "rates: input or output is missing (expected: a rate of both)");
        }
        if (otherTiers.containsKey(ServiceTier.STANDARD)) {
            throw new IllegalArgumentException(
                    "service_tiers.standard: given (expected: the rates themselves)");
        }
    }

    /** The same rates for every request in every service tier. */
    public static PriceTerms flat(Rates rates) {
        return new PriceTerms(TieredRates.flat(rates), Map.of());
    }
}
