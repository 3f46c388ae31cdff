package tekton.budget.serde;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.PricePublished;
import tekton.budget.event.Rates;
import tekton.budget.value.Money;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One price version as JSON. Rates are exact decimal numbers of USD per token; what has more than
 * 12 places is rounded half-even, once, here.
 */
public final class PriceCodec {

    private static final int SCHEMA = 1;

    private PriceCodec() {}

    public static byte[] write(PricePublished price) {
        Rates rates = price.rates();
        JsonBytes json =
                new JsonBytes(384)
                        .open('{')
                        .property("schema", SCHEMA)
                        .property("provider", price.provider())
                        .property("model", price.model())
                        .property("effective_from", price.effectiveFrom().toString())
                        .property("source", price.source())
                        .property("verified", price.verified())
                        .name("rates")
                        .open('{');
        rate(json, "input", rates.input());
        rate(json, "output", rates.output());
        rate(json, "cached_input", rates.cachedInput());
        rate(json, "cache_write", rates.cacheWrite());
        rate(json, "reasoning", rates.reasoning());
        return json.close('}').close('}').toByteArray();
    }

    /**
     * The price that the bytes say.
     *
     * @throws IllegalArgumentException naming the field if they say none
     */
    public static PricePublished read(byte[] bytes) {
        JsonNode json = Trees.read(bytes);
        Trees.requireSchema(json, SCHEMA);
        return read(json);
    }

    /**
     * A list of prices that all begin at one time: {@code {"prices": [{provider, model, rates}]}}.
     *
     * @throws IllegalArgumentException naming the field if it is no such list
     */
    public static List<PricePublished> readList(
            byte[] bytes, Instant effectiveFrom, String source) {
        JsonNode prices = Trees.read(bytes).path("prices");
        if (!prices.isArray()) {
            throw new IllegalArgumentException("prices: missing (expected: an array)");
        }
        List<PricePublished> list = new ArrayList<>();
        for (JsonNode price : prices) {
            list.add(
                    new PricePublished(
                            Trees.text(price, "provider"),
                            Trees.text(price, "model"),
                            effectiveFrom,
                            source,
                            rates(price),
                            true));
        }
        return list;
    }

    private static PricePublished read(JsonNode json) {
        return new PricePublished(
                Trees.text(json, "provider"),
                Trees.text(json, "model"),
                instant(json),
                Trees.text(json, "source"),
                rates(json),
                Trees.flag(json, "verified"));
    }

    private static Rates rates(JsonNode json) {
        JsonNode rates = json.path("rates");
        return new Rates(
                picoPerToken(Trees.decimal(rates, "input")),
                picoPerToken(Trees.decimal(rates, "output")),
                optionalRate(rates, "cached_input"),
                optionalRate(rates, "cache_write"),
                optionalRate(rates, "reasoning"));
    }

    private static Instant instant(JsonNode json) {
        try {
            return Instant.parse(Trees.text(json, "effective_from"));
        } catch (DateTimeException e) {
            throw Trees.malformed("effective_from", json);
        }
    }

    private static @Nullable Long optionalRate(JsonNode rates, String name) {
        return rates.hasNonNull(name) ? (Long) picoPerToken(Trees.decimal(rates, name)) : null;
    }

    private static long picoPerToken(BigDecimal usd) {
        // Bounded before it is scaled: a hostile exponent would otherwise become megabytes of
        // zeros.
        if (usd.signum() < 0 || usd.compareTo(BigDecimal.ONE) > 0) {
            throw new IllegalArgumentException(
                    "rates: %s USD per token (expected: 0 to 0.001)".formatted(usd));
        }
        return usd.setScale(Money.SCALE, RoundingMode.HALF_EVEN).unscaledValue().longValueExact();
    }

    private static void rate(JsonBytes json, String name, @Nullable Long pico) {
        if (pico != null) {
            json.propertyRaw(name, Money.ofPico(pico).toString());
        }
    }
}
