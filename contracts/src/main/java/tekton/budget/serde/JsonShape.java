package tekton.budget.serde;

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
}
