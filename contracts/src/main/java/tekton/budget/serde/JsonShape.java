package tekton.budget.serde;

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

    /** The parser's current value for a message; leaves the parser at the value's end. */
    static String shown(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            parser.skipChildren();
            return "a JSON " + of(token);
        }
        return parser.getString();
    }
}
