package tekton.budget.codec;

import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.event.Rates;
import tekton.budget.event.TieredRates;
import tekton.budget.event.TieredRates.LongContextRates;
import tekton.budget.value.Money;
import tekton.budget.value.ServiceTier;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Price terms as JSON properties: {@code rates}, then what there is of {@code long_context} and
 * {@code service_tiers}.
 */
public final class TermsJson {

    private TermsJson() {}

    /** Writes the terms into an object that the caller has opened and will close. */
    public static void properties(JsonBytes json, PriceTerms terms) {
        tiered(json, terms.standard());
        if (!terms.otherTiers().isEmpty()) {
            json.name("service_tiers").open('{');
            terms.otherTiers()
                    .forEach(
                            (tier, rates) -> {
                                json.name(tier.wireName()).open('{');
                                tiered(json, rates);
                                json.close('}');
                            });
            json.close('}');
        }
    }

    /**
     * The terms that an object's properties say.
     *
     * @throws IllegalArgumentException naming the field if they say none
     */
    public static PriceTerms read(JsonNode json) {
        Map<ServiceTier, TieredRates> others = new EnumMap<>(ServiceTier.class);
        for (Map.Entry<String, JsonNode> tier : json.path("service_tiers").properties()) {
            others.put(
                    ServiceTier.parse(tier.getKey())
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "service_tiers: %s (expected: batch, flex or"
                                                                    .formatted(
                                                                            Shown.plain(
                                                                                    tier.getKey()))
                                                            + " priority)")),
                    tiered(tier.getValue()));
        }
        return new PriceTerms(tiered(json), others);
    }

    private static void tiered(JsonBytes json, TieredRates tiered) {
        rates(json, tiered.rates());
        if (!tiered.longContext().isEmpty()) {
            json.name("long_context").open('[');
            for (LongContextRates size : tiered.longContext()) {
                json.open('{').property("above_input_tokens", size.aboveInputTokens());
                rates(json, size.rates());
                json.close('}');
            }
            json.close(']');
        }
    }

    private static TieredRates tiered(JsonNode json) {
        List<LongContextRates> longContext = new ArrayList<>();
        for (JsonNode size : json.path("long_context")) {
            longContext.add(
                    new LongContextRates(Trees.number(size, "above_input_tokens"), rates(size)));
        }
        return new TieredRates(rates(json), longContext);
    }

    private static void rates(JsonBytes json, Rates rates) {
        json.name("rates").open('{');
        rates.byClass()
                .forEach(
                        (rateClass, pico) ->
                                json.propertyRaw(
                                        rateClass.wireName(), Money.ofPico(pico).toString()));
        json.close('}');
    }

    private static Rates rates(JsonNode json) {
        JsonNode rates = json.path("rates");
        Map<RateClass, Long> byClass = new EnumMap<>(RateClass.class);
        for (RateClass rateClass : RateClass.values()) {
            if (rates.hasNonNull(rateClass.wireName())) {
                byClass.put(rateClass, pico(rates, rateClass));
            }
        }
        return new Rates(byClass);
    }

    private static long pico(JsonNode rates, RateClass rateClass) {
        BigDecimal usd = Trees.decimal(rates, rateClass.wireName());
        BigDecimal max = BigDecimal.valueOf(rateClass.max(), Money.SCALE);
        // Bounded before it is scaled: a hostile exponent would otherwise become megabytes of
        // zeros.
        if (usd.signum() < 0 || usd.scale() > ClientTerms.SCALE_MAX || usd.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "rates.%s: %s USD (expected: 0 to %s)"
                            .formatted(
                                    rateClass.wireName(),
                                    Shown.plain(usd.toString()),
                                    max.stripTrailingZeros().toPlainString()));
        }
        return usd.setScale(Money.SCALE, RoundingMode.HALF_EVEN).unscaledValue().longValueExact();
    }
}
