package tekton.budget.adapter;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Shown;
import tekton.budget.value.WholeNumber;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

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
        try {
            return MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw new ForeignFormatException(
                    "body: not JSON: " + Shown.plain(e.getOriginalMessage()));
        }
    }

    /** What stands at the end of a path of names; a missing node where something is not there. */
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
        String text =
                value.isString() ? value.stringValue() : value.isNumber() ? value.toString() : "";
        return text.isEmpty() || text.length() > 40 ? null : WholeNumber.parse(text.strip());
    }

    /** The same, and 0 where none is. */
    public static long count(JsonNode from, String... names) {
        Long count = countOrNull(from, names);
        return count == null ? 0 : count;
    }
}
