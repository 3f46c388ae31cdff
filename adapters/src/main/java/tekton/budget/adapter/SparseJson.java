package tekton.budget.adapter;

import tekton.budget.value.Shown;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads objects of which few fields matter, one at a time: the rest, such as prompts of megabytes,
 * is passed over and never copied. Numbers stand as texts, as they are written, and truths as they
 * are. A kept object or array is a tree.
 *
 * <p>Immutable and safe for any thread.
 */
public final class SparseJson {

    /** More digits than any number here has. */
    private static final int NUMBER_LENGTH_MAX = 64;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Set<String> paths;
    private final Set<String> parents = new HashSet<>();
    private final int valueBytesMax;

    /**
     * Keeps what stands at some paths.
     *
     * @param paths names from the object's top downwards, with a dot between two; a name that has a
     *     dot itself is passed over
     * @param valueBytesMax the most bytes of a kept value; a larger one counts as absent
     */
    public SparseJson(Set<String> paths, int valueBytesMax) {
        this.paths = Set.copyOf(paths);
        this.valueBytesMax = valueBytesMax;
        for (String path : paths) {
            for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
                parents.add(path.substring(0, dot));
            }
        }
    }

    /**
     * Gives the elements of a document that is an array, or else the one value that it is. One that
     * is no object comes as its scalar, or as an empty array.
     *
     * @param bytes a buffer that holds the document
     * @param offset where it begins
     * @param length its bytes
     * @param elementsMax the most elements it may have
     * @throws ForeignFormatException if it is not JSON in UTF-8, or too long; elements before the
     *     fault have been given
     */
    public void each(
            byte[] bytes, int offset, int length, int elementsMax, Consumer<JsonNode> elements)
            throws ForeignFormatException {
        if (length > 1 && (bytes[offset] == 0 || bytes[offset + 1] == 0)) {
            throw new ForeignFormatException("body: not UTF-8 (expected: JSON in UTF-8)");
        }
        try (JsonParser parser = ForeignJson.parser(bytes, offset, length)) {
            Reading reading = new Reading(parser, bytes, offset);
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new ForeignFormatException(
                        "body: empty (expected: a JSON object or an array of them)");
            }
            if (first == JsonToken.START_ARRAY) {
                int read = 0;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (++read > elementsMax) {
                        throw new ForeignFormatException(
                                "body: too long an array (expected: at most %d elements)"
                                        .formatted(elementsMax));
                    }
                    elements.accept(reading.element());
                }
            } else {
                elements.accept(reading.element());
            }
            if (parser.nextToken() != null) {
                throw new ForeignFormatException(
                        "body: more data behind the JSON value: "
                                + Shown.plain(String.valueOf(parser.currentToken())));
            }
        } catch (JacksonException e) {
            throw ForeignJson.notJson(e);
        }
    }

    /** An element that is no object, for a message. */
    public static Shown shown(JsonNode element) {
        return element.isString()
                ? Shown.parameter(element.stringValue())
                : Shown.written(element.toString());
    }

    /** A document while it is read. */
    private final class Reading {

        private final JsonParser parser;
        private final byte[] bytes;
        private final int offset;

        private Reading(JsonParser parser, byte[] bytes, int offset) {
            this.parser = parser;
            this.bytes = bytes;
            this.offset = offset;
        }

        private JsonNode element() {
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                parser.skipChildren();
                return NODES.arrayNode();
            }
            return parser.currentToken() == JsonToken.START_OBJECT ? object("") : scalar();
        }

        private ObjectNode object(String prefix) {
            ObjectNode kept = NODES.objectNode();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                String path = prefix + name;
                JsonToken token = parser.nextToken();
                if (name.indexOf('.') < 0 && paths.contains(path)) {
                    JsonNode value = token.isStructStart() ? tree() : scalar();
                    if (!value.isMissingNode()) {
                        kept.set(name, value);
                    }
                } else if (token == JsonToken.START_OBJECT && parents.contains(path)) {
                    kept.set(name, object(path + '.'));
                } else {
                    parser.skipChildren();
                }
            }
            return kept;
        }

        private JsonNode tree() {
            long from = parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            long length = parser.currentLocation().getByteOffset() - from;
            if (length > valueBytesMax) {
                return MissingNode.getInstance();
            }
            try {
                return ForeignJson.read(bytes, offset + (int) from, (int) length);
            } catch (ForeignFormatException unreadable) {
                // Well formed, but with a number beyond every type.
                return MissingNode.getInstance();
            }
        }

        private JsonNode scalar() {
            return switch (parser.currentToken()) {
                case VALUE_TRUE -> NODES.booleanNode(true);
                case VALUE_FALSE -> NODES.booleanNode(false);
                case VALUE_STRING -> text(valueBytesMax);
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> text(NUMBER_LENGTH_MAX);
                default -> NODES.nullNode();
            };
        }

        private JsonNode text(int lengthMax) {
            return parser.getStringLength() > lengthMax
                    ? MissingNode.getInstance()
                    : NODES.stringNode(parser.getString());
        }
    }
}
