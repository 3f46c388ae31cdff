package tekton.budget.bench.product;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * Totals of one id, as the service answers them.
 *
 * @param cost in US dollars, exact, without trailing zeros
 * @param firstAt event time of the earliest record, or null when there is none
 * @param lastAt event time of the latest record, or null when there is none
 */
public record TotalsView(
        String id,
        long input,
        long output,
        long total,
        long cachedInput,
        long cacheWrite,
        long reasoning,
        long unpriced,
        BigDecimal cost,
        long records,
        @Nullable Instant firstAt,
        @Nullable Instant lastAt) {

    /** Totals in which nothing has been counted. */
    public static TotalsView none(String id) {
        return new TotalsView(id, 0, 0, 0, 0, 0, 0, 0, BigDecimal.ZERO, 0, null, null);
    }

    /**
     * Reads the API's form.
     *
     * @throws IllegalArgumentException if a field is missing or of another type
     */
    static TotalsView of(JsonNode json) {
        JsonNode cost = json.path("total_cost");
        if (!cost.isNumber()) {
            throw new IllegalArgumentException("total_cost: not a number in " + json);
        }
        return new TotalsView(
                json.path("id").asString(),
                count(json, "input_tokens"),
                count(json, "output_tokens"),
                count(json, "total_tokens"),
                count(json, "cached_input_tokens"),
                count(json, "cache_write_tokens"),
                count(json, "reasoning_tokens"),
                count(json, "unpriced_tokens"),
                plain(cost.decimalValue()),
                count(json, "record_count"),
                instant(json.path("first_at")),
                instant(json.path("last_at")));
    }

    /** The same number without trailing zeros, so that equal amounts are equal objects. */
    public static BigDecimal plain(BigDecimal amount) {
        return amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
    }

    private static long count(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException(name + ": not an integer in " + json);
        }
        return value.asLong();
    }

    private static @Nullable Instant instant(JsonNode value) {
        return value.isString() ? Instant.parse(value.asString()) : null;
    }
}
