package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;

/** JSON as messages, arguments and answers have it, within bounds and without a double. */
final class McpJson {

    /** How deep a message may be. */
    static final int DEPTH_MAX = 32;

    private static final int NUMBER_LENGTH_MAX = 64;

    /** Beyond it the plain digits of a number would fill the memory. */
    private static final int EXPONENT_MAX = 64;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(DEPTH_MAX)
                                                    .maxNumberLength(NUMBER_LENGTH_MAX)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private McpJson() {}

    /** One JSON value, whatever it is; null for bytes that are none within the bounds. */
    static @Nullable JsonNode read(byte[] bytes) {
        try {
            JsonNode json = MAPPER.readTree(bytes);
            return json.isMissingNode() ? null : json;
        } catch (JacksonException | ArithmeticException | NumberFormatException unreadable) {
            // An exponent that no decimal can have is not told by Jackson's own exception.
            return null;
        }
    }

    static byte[] bytes(JsonNode json) {
        return MAPPER.writeValueAsBytes(json);
    }

    static String text(JsonNode json) {
        return MAPPER.writeValueAsString(json);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The number as a plain decimal; null for what is no number, or one of no use here. */
    static @Nullable String decimal(JsonNode value) {
        if (!value.isNumber()) {
            return null;
        }
        BigDecimal number = value.decimalValue();
        return Math.abs((long) number.scale()) > EXPONENT_MAX ? null : number.toPlainString();
    }
}
