package tekton.budget.codec;

import tekton.budget.event.PriceTerms;
import tekton.budget.event.RateClass;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Price terms that somebody has written by hand. A name that {@link TermsJson} would pass over is
 * refused: a misspelt class would silently cost what its whole costs.
 */
public final class ClientTerms {

    private static final Set<String> CLASSES =
            Arrays.stream(RateClass.values())
                    .map(RateClass::wireName)
                    .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> TIER = Set.of("rates", "long_context", "above_input_tokens");

    /** More places, or more zeros before the point, than any price has. */
    static final int SCALE_MAX = 64;

    private ClientTerms() {}

    /**
     * The terms that a JSON object's properties say, beside others.
     *
     * @throws IllegalArgumentException naming the field if they say none
     */
    public static PriceTerms read(byte[] object) {
        return read(Trees.read(object));
    }

    /**
     * The terms that an object's properties say, beside others.
     *
     * @throws IllegalArgumentException naming the field if they say none
     */
    public static PriceTerms read(JsonNode object) {
        checkTiered("", object);
        for (Map.Entry<String, JsonNode> tier : object.path("service_tiers").properties()) {
            String where = "service_tiers." + Shown.plain(tier.getKey());
            checkNames(where, tier.getValue(), TIER);
            checkTiered(where + ".", tier.getValue());
        }
        return TermsJson.read(object);
    }

    private static void checkTiered(String where, JsonNode tiered) {
        checkRates(where, tiered.path("rates"));
        for (JsonNode size : tiered.path("long_context")) {
            checkNames(where + "long_context", size, TIER);
            checkRates(where + "long_context.", size.path("rates"));
        }
    }

    private static void checkRates(String where, JsonNode rates) {
        checkNames(where + "rates", rates, CLASSES);
        for (Map.Entry<String, JsonNode> rate : rates.properties()) {
            // Before arithmetic makes a number of that many digits.
            if (rate.getValue().isNumber()
                    && Math.abs(rate.getValue().decimalValue().scale()) > SCALE_MAX) {
                throw new IllegalArgumentException(
                        "%srates.%s: of more places than a price has (expected: at most %d)"
                                .formatted(where, rate.getKey(), SCALE_MAX));
            }
        }
    }

    private static void checkNames(String where, JsonNode object, Set<String> known) {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "%s.%s: not known (expected: %s)"
                                .formatted(
                                        where,
                                        Shown.plain(name),
                                        known.stream().sorted().collect(Collectors.joining(", "))));
            }
        }
    }
}
