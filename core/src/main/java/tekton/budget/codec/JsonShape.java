package tekton.budget.codec;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Shown;
import tekton.budget.value.WholeNumber;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What a JSON value is, in the words of a message. */
final class JsonShape {

    private JsonShape() {}

    static String of(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            case VALUE_TRUE, VALUE_FALSE -> "boolean";
            case VALUE_NULL -> "null";
            default -> "value";
        };
    }

    /**
     * The parser's current value, if it is a whole number: {@link WholeNumber}'s, without its costs
     * for an integer that is written like one; null if it is not.
     */
    static @Nullable Long wholeNumber(JsonParser parser) {
        return switch (parser.currentToken()) {
            // 18 digits always fit a long; a longer number is out of bounds whatever it says.
            case VALUE_NUMBER_INT ->
                    parser.getStringLength() <= 18 ? parser.getLongValue() : Long.MAX_VALUE;
            case VALUE_NUMBER_FLOAT -> WholeNumber.parse(parser.getString());
            default -> null;
        };
    }

    /** The parser's current value for a message; leaves the parser at the value's end. */
    static Shown shown(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            parser.skipChildren();
            return shown(token, "");
        }
        return shown(token, parser.getString());
    }

    /** A value of which the text is known, if it is a plain one, for a message. */
    static Shown shown(JsonToken token, String text) {
        return switch (token) {
            case START_OBJECT, START_ARRAY -> Shown.described("a JSON " + of(token));
            case VALUE_STRING -> Shown.text(text);
            default -> Shown.written(text);
        };
    }
}
