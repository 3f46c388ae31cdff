package tekton.budget.event;

import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.value.ServiceTier;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /**
     * The terms that figures make.
     *
     * @param figures pico-USD by place; those of the standard tier hold input and output
     * @throws IllegalArgumentException if they make none
     */
    public static PriceTerms of(SortedMap<RateCell, Long> figures) {
        Map<ServiceTier, TieredRates> tiers = new EnumMap<>(ServiceTier.class);
        for (ServiceTier tier : ServiceTier.values()) {
            TieredRates tiered = tiered(figures, tier);
            if (!tiered.rates().byClass().isEmpty() || !tiered.longContext().isEmpty()) {
                tiers.put(tier, tiered);
            }
        }
        TieredRates standard = tiers.remove(ServiceTier.STANDARD);
        if (standard == null) {
            throw new IllegalArgumentException("rates: none (expected: those of the standard)");
        }
        return new PriceTerms(standard, tiers);
    }

    private static TieredRates tiered(SortedMap<RateCell, Long> figures, ServiceTier tier) {
        SortedMap<Long, Map<RateClass, Long>> bySize = new TreeMap<>();
        figures.forEach(
                (cell, rate) -> {
                    if (cell.tier() == tier) {
                        bySize.computeIfAbsent(cell.above(), size -> new EnumMap<>(RateClass.class))
                                .put(cell.rateClass(), rate);
                    }
                });
        Map<RateClass, Long> any = bySize.remove(RateCell.ANY_SIZE);
        return new TieredRates(
                new Rates(any == null ? Map.of() : any),
                bySize.entrySet().stream()
                        .map(
                                size ->
                                        new LongContextRates(
                                                size.getKey(), new Rates(size.getValue())))
                        .toList());
    }

    /** Every figure that stands in these terms, in pico-USD, by its place. */
    public SortedMap<RateCell, Long> figures() {
        SortedMap<RateCell, Long> figures = new TreeMap<>();
        put(figures, ServiceTier.STANDARD, standard);
        otherTiers.forEach((tier, rates) -> put(figures, tier, rates));
        return figures;
    }

    private static void put(
            SortedMap<RateCell, Long> figures, ServiceTier tier, TieredRates tiered) {
        put(figures, tier, RateCell.ANY_SIZE, tiered.rates());
        for (LongContextRates size : tiered.longContext()) {
            put(figures, tier, size.aboveInputTokens(), size.rates());
        }
    }

    private static void put(
            SortedMap<RateCell, Long> figures, ServiceTier tier, long above, Rates rates) {
        rates.byClass()
                .forEach(
                        (rateClass, rate) ->
                                figures.put(new RateCell(tier, above, rateClass), rate));
    }

    /** The same rates for every request in every service tier. */
    public static PriceTerms flat(Rates rates) {
        return new PriceTerms(TieredRates.flat(rates), Map.of());
    }
}
