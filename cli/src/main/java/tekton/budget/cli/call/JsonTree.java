package tekton.budget.cli.call;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value as it was read, in its order. Numbers are exact decimals. What is absent is {@link
 * #NULL}, so that a path can be followed without asking at each step. Immutable.
 */
public final class JsonTree {

    public static final JsonTree NULL = new JsonTree(null);

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int DIGITS_MAX = 100;

    /** Null, a string, a boolean, a decimal, a list or a map of trees. */
    private final @Nullable Object value;

    private JsonTree(@Nullable Object value) {
        this.value = value;
    }

    public static JsonTree of(String text) {
        return new JsonTree(text);
    }

    public static JsonTree of(BigDecimal number) {
        return new JsonTree(number);
    }

    public static JsonTree of(long number) {
        return new JsonTree(BigDecimal.valueOf(number));
    }

    public static JsonTree of(boolean flag) {
        return new JsonTree(flag);
    }

    public static JsonTree of(Map<String, JsonTree> fields) {
        return new JsonTree(new LinkedHashMap<>(fields));
    }

    public static JsonTree of(Collection<JsonTree> items) {
        return new JsonTree(List.copyOf(items));
    }

    /**
     * Reads a text.
     *
     * @throws JacksonException when the text is not one JSON value
     */
    public static JsonTree parse(byte[] text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return parse(parser);
        }
    }

    /**
     * Reads a text.
     *
     * @throws JacksonException when the text is not one JSON value
     */
    public static JsonTree parse(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return parse(parser);
        }
    }

    private static JsonTree parse(JsonParser parser) {
        parser.nextToken();
        JsonTree tree = read(parser);
        if (parser.nextToken() != null) {
            throw new tools.jackson.core.exc.StreamReadException(parser, "text behind the value");
        }
        return tree;
    }

    /** The nesting is bounded by the parser. */
    private static JsonTree read(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new tools.jackson.core.exc.StreamReadException(parser, "there is no value");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, JsonTree> fields = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    fields.put(name, read(parser));
                }
                yield new JsonTree(fields);
            }
            case START_ARRAY -> {
                List<JsonTree> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser));
                }
                yield new JsonTree(items);
            }
            case VALUE_STRING -> new JsonTree(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonTree(decimal(parser));
            case VALUE_TRUE -> new JsonTree(true);
            case VALUE_FALSE -> new JsonTree(false);
            default -> NULL;
        };
    }

    /** By Java itself: the parser's own way starts a machinery that takes longer than a request. */
    private static BigDecimal decimal(JsonParser parser) {
        try {
            return new BigDecimal(parser.getString());
        } catch (NumberFormatException beyond) {
            throw new tools.jackson.core.exc.StreamReadException(
                    parser, "an exponent beyond all bounds", beyond);
        }
    }

    /** The field of that name; {@link #NULL} when there is none or this is no object. */
    public JsonTree at(String name) {
        return value instanceof Map<?, ?> map && map.get(name) instanceof JsonTree found
                ? found
                : NULL;
    }

    /** The value that a path such as {@code matched.by} leads to. */
    public JsonTree path(String path) {
        JsonTree found = this;
        for (String name : path.split("\\.", -1)) {
            found = found.at(name);
        }
        return found;
    }

    /** The items of an array; none when this is something else. */
    public List<JsonTree> items() {
        List<JsonTree> items = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> items.add((JsonTree) item));
        }
        return items;
    }

    /** The fields of an object; none when this is something else. */
    public Map<String, JsonTree> fields() {
        Map<String, JsonTree> fields = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> fields.put((String) name, (JsonTree) field));
        }
        return fields;
    }

    public boolean isNull() {
        return value == null;
    }

    public boolean isText() {
        return value instanceof String;
    }

    public boolean isNumber() {
        return value instanceof BigDecimal;
    }

    public boolean isArray() {
        return value instanceof List<?>;
    }

    public boolean isObject() {
        return value instanceof Map<?, ?>;
    }

    public boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    /** A number; null when this is none. */
    public @Nullable BigDecimal number() {
        return value instanceof BigDecimal number ? number : null;
    }

    /** A number, zero when this is none. */
    public BigDecimal amount() {
        return value instanceof BigDecimal number ? number : BigDecimal.ZERO;
    }

    /** Texts as they are, other values as JSON, null as nothing. */
    public String text() {
        return value == null ? "" : value instanceof String text ? text : toString();
    }

    /** As compact JSON. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        append(out);
        return out.toString();
    }

    /** Appends this as compact JSON. */
    public void append(StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case String text -> quote(text, out);
            case BigDecimal number ->
                    out.append(
                            Math.abs((long) number.scale()) > DIGITS_MAX
                                    ? number.toString()
                                    : number.toPlainString());
            case List<?> items -> {
                out.append('[');
                String separator = "";
                for (Object item : items) {
                    out.append(separator);
                    ((JsonTree) item).append(out);
                    separator = ",";
                }
                out.append(']');
            }
            case Map<?, ?> fields -> {
                out.append('{');
                String separator = "";
                for (Map.Entry<?, ?> field : fields.entrySet()) {
                    out.append(separator);
                    quote((String) field.getKey(), out);
                    out.append(':');
                    ((JsonTree) field.getValue()).append(out);
                    separator = ",";
                }
                out.append('}');
            }
            default -> out.append(value);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                // Surrogates too: a lone one has no UTF-8.
                out.append("\\u").append(Character.forDigit(c >> 12 & 15, 16));
                out.append(Character.forDigit(c >> 8 & 15, 16));
                out.append(Character.forDigit(c >> 4 & 15, 16));
                out.append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
