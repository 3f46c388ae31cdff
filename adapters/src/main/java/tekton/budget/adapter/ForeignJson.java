package tekton.budget.adapter;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Shown;
import tekton.budget.value.WholeNumber;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

import java.util.function.Consumer;

/**
 * JSON of other programs as trees. Integers may come as texts there, which Budget's own record
 * refuses: OpenMeter's examples, Spring AI's attributes and OTLP's JSON write them so.
 */
public final class ForeignJson {

    private static final int NESTING_MAX = 200;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(NESTING_MAX)
                                                    .maxStringLength(64 << 20)
                                                    .build())
                                    // Python writes NaN and Infinity for such floats.
                                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private ForeignJson() {}

    /**
     * A document.
     *
     * @throws ForeignFormatException if it is not JSON, or nested too deep
     */
    public static JsonNode read(byte[] bytes) throws ForeignFormatException {
        return read(bytes, 0, bytes.length);
    }

    /**
     * A document in a part of a buffer.
     *
     * @throws ForeignFormatException if it is not JSON, or nested too deep
     */
    public static JsonNode read(byte[] bytes, int offset, int length)
            throws ForeignFormatException {
        try {
            return MAPPER.readTree(bytes, offset, length);
        } catch (JacksonException e) {
            throw notJson(e);
        } catch (NumberFormatException e) {
            // An exponent of ten digits: Jackson lets java.math's own exception through.
            throw new ForeignFormatException(
                    "body: not JSON: " + Shown.plain(String.valueOf(e.getMessage())));
        }
    }

    /** Reads a document piece by piece; throws {@link JacksonException} where it is not JSON. */
    static JsonParser parser(byte[] bytes, int offset, int length) {
        return MAPPER.createParser(bytes, offset, length);
    }

    static ForeignFormatException notJson(JacksonException e) {
        return new ForeignFormatException("body: not JSON: " + Shown.plain(e.getOriginalMessage()));
    }

    /**
     * Gives the elements of an array one after the other; one tree is in memory at a time. Ends
     * where the text is not JSON, or no array, or nested too deep.
     */
    public static void eachElement(byte[] bytes, Consumer<JsonNode> step) {
        try (JsonParser parser = MAPPER.createParser(bytes)) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    step.accept(
                            MAPPER.reader()
                                    .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                                    .readTree(parser));
                }
            }
        } catch (JacksonException | NumberFormatException unreadable) {
            // The reader of records says what is wrong with it.
        }
    }

    /** The node at the end of a path of names; a missing node where something is not there. */
    public static JsonNode at(JsonNode from, String... names) {
        JsonNode at = from;
        for (String name : names) {
            JsonNode next = at.get(name);
            if (next == null || next.isNull()) {
                return MissingNode.getInstance();
            }
            at = next;
        }
        return at;
    }

    /** A text that is not empty, or a number as text; else null. */
    public static @Nullable String text(JsonNode from, String... names) {
        JsonNode value = at(from, names);
        String text =
                value.isString()
                        ? value.stringValue()
                        : value.isNumber() ? value.numberValue().toString() : "";
        return text.isEmpty() ? null : text;
    }

    /** The whole number there, also in a text; null where none is. */
    public static @Nullable Long countOrNull(JsonNode from, String... names) {
        JsonNode value = at(from, names);
        return count(
                value.isString() ? value.stringValue() : value.isNumber() ? value.toString() : "");
    }

    /** The whole number that a text is; null for any other text. */
    public static @Nullable Long count(String text) {
        return text.isEmpty() || text.length() > 40 ? null : WholeNumber.parse(text.strip());
    }

    /** The same, and 0 where none is. */
    public static long count(JsonNode from, String... names) {
        Long count = countOrNull(from, names);
        return count == null ? 0 : count;
    }
}
