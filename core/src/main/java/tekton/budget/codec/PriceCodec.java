package tekton.budget.codec;

import tekton.budget.event.PricePublished;

import tools.jackson.databind.JsonNode;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One price version as JSON. Rates are exact decimal numbers of USD per token or request; what has
 * more than 12 places is rounded half-even, once, here. Parts that a price does not have stay away.
 */
public final class PriceCodec {

    private static final int SCHEMA = 1;

    private PriceCodec() {}

    public static byte[] write(PricePublished price) {
        JsonBytes json =
                new JsonBytes(512)
                        .open('{')
                        .property("schema", SCHEMA)
                        .property("provider", price.provider())
                        .property("model", price.model())
                        .property("effective_from", price.effectiveFrom().toString())
                        .property("source", price.source())
                        .property("verified", price.verified());
        TermsJson.properties(json, price.terms());
        figureSources(json, price);
        Instant endsAt = price.endsAt();
        return json.propertyIfPresent("ends_at", endsAt == null ? null : endsAt.toString())
                .propertyIfPresent("source_url", price.sourceUrl())
                .propertyIfPresent("raw", price.raw())
                .close('}')
                .toByteArray();
    }

    /**
     * The price that the bytes say.
     *
     * @throws IllegalArgumentException naming the field if they say none
     */
    public static PricePublished read(byte[] bytes) {
        JsonNode json = Trees.read(bytes);
        Trees.requireSchema(json, SCHEMA);
        return new PricePublished(
                Trees.text(json, "provider"),
                Trees.text(json, "model"),
                instant(json, "effective_from"),
                Trees.text(json, "source"),
                TermsJson.read(json),
                Trees.flag(json, "verified"),
                json.hasNonNull("ends_at") ? instant(json, "ends_at") : null,
                Trees.textOrNull(json, "source_url"),
                Trees.textOrNull(json, "raw"),
                readFigureSources(json));
    }

    /** Writes whose the figures are that the source does not have; nothing where it has all. */
    public static void figureSources(JsonBytes json, PricePublished price) {
        if (!price.figureSources().isEmpty()) {
            json.name("figure_sources").open('{');
            price.figureSources().forEach(json::property);
            json.close('}');
        }
    }

    private static SortedMap<String, String> readFigureSources(JsonNode json) {
        SortedMap<String, String> sources = new TreeMap<>();
        json.path("figure_sources")
                .properties()
                .forEach(figure -> sources.put(figure.getKey(), figure.getValue().asString("")));
        return sources;
    }

    /**
     * A list of prices that all begin at one time: {@code {"prices": [{provider, model, rates,
     * long_context, service_tiers, source_url}]}}, the last three optional.
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
                            TermsJson.read(price),
                            true,
                            null,
                            Trees.textOrNull(price, "source_url"),
                            null));
        }
        return list;
    }

    private static Instant instant(JsonNode json, String name) {
        try {
            return Instant.parse(Trees.text(json, name));
        } catch (DateTimeException e) {
            throw Trees.malformed(name, json);
        }
    }
}
