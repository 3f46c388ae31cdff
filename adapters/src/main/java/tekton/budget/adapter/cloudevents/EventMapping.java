package tekton.budget.adapter.cloudevents;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignFormatException;
import tekton.budget.adapter.ForeignJson;
import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which types of events tell of usage, and which of their fields mean what. Immutable.
 *
 * @param types by an event's type: where each field stands
 */
public record EventMapping(Map<String, Map<EventField, EventPath>> types) {

    private static final int TYPES_MAX = 100;

    /**
     * The events of OpenMeter's LLM meter, one for each direction (type {@code prompt}, <a
     * href="https://openmeter.io/docs/get-started/quick-start">quick start</a> and {@code
     * common-examples}; type {@code ai-tokens}, the README of {@code @openmeter/sdk}
     * 1.0.0-beta.232), and one for each call: those of its SDK for Python (type {@code tokens}, the
     * README up to 1.0.0b78) and of LiteLLM's OpenMeter callback (type {@code litellm_tokens},
     * {@code litellm/integrations/openmeter.py}).
     */
    public static final EventMapping DEFAULT =
            new EventMapping(
                    read(
                            """
                            {"prompt": {
                               "model": "data.model", "provider": "data.provider",
                               "tokens": "data.tokens", "direction": "data.type",
                               "context_id": "subject", "user_id": "subject", "component": "source"},
                             "ai-tokens": {
                               "model": "data.model", "provider": "data.provider",
                               "tokens": "data.tokens", "direction": "data.type",
                               "context_id": "subject", "user_id": "subject", "component": "source"},
                             "tokens": {
                               "model": "data.model", "provider": "data.provider",
                               "input_tokens": "data.prompt_tokens",
                               "output_tokens": "data.completion_tokens",
                               "total_tokens": "data.total_tokens",
                               "context_id": "subject", "user_id": "subject", "component": "source"},
                             "litellm_tokens": {
                               "model": "data.model", "input_tokens": "data.prompt_tokens",
                               "output_tokens": "data.completion_tokens",
                               "total_tokens": "data.total_tokens", "cost": "data.cost",
                               "context_id": "subject", "user_id": "subject",
                               "component": "source", "request_id": "id"}}
                            """,
                            Map.of()));

    public EventMapping {
        Map<String, Map<EventField, EventPath>> copy = new TreeMap<>();
        types.forEach((type, fields) -> copy.put(type, Map.copyOf(fields)));
        types = Map.copyOf(copy);
    }

    /**
     * The default with what a setting says: a JSON object from types to objects from a field's name
     * ({@link EventField#wireName}) to a path, such as {@code {"chat": {"model": "data.model",
     * "tokens": "data.count", "budget_id": "subject"}}}. A type of the default is replaced, or,
     * with null, dropped.
     *
     * @throws IllegalArgumentException in one sentence that says what is wrong with it
     */
    public static EventMapping parse(String json) {
        return new EventMapping(read(json, DEFAULT.types));
    }

    /** The fields of a type; null for one that tells of no usage. */
    @Nullable Map<EventField, EventPath> of(String type) {
        return types.get(type);
    }

    /** The attributes that some type needs beside those of the specification. */
    Set<String> attributes() {
        Set<String> names = new HashSet<>();
        for (Map<EventField, EventPath> fields : types.values()) {
            for (EventPath path : fields.values()) {
                if (path.isAttribute()) {
                    names.add(path.text());
                }
            }
        }
        return names;
    }

    private static Map<String, Map<EventField, EventPath>> read(
            String json, Map<String, Map<EventField, EventPath>> base) {
        JsonNode document;
        try {
            document = ForeignJson.read(json.getBytes(StandardCharsets.UTF_8));
        } catch (ForeignFormatException e) {
            throw new IllegalArgumentException("event mapping: " + e.getMessage(), e);
        }
        if (!document.isObject()) {
            throw wrong("", Shown.written(document.toString()), "a JSON object from types");
        }
        Map<String, Map<EventField, EventPath>> types = new LinkedHashMap<>(base);
        for (Map.Entry<String, JsonNode> type : document.properties()) {
            String name = type.getKey();
            if (name.isBlank() || name.equals(CloudEventBodies.OWN_TYPE)) {
                throw wrong("", Shown.text(name), "an event's type that is not Budget's own");
            }
            if (type.getValue().isNull()) {
                types.remove(name);
            } else {
                types.put(name, fields(name, type.getValue()));
            }
        }
        if (types.size() > TYPES_MAX) {
            throw wrong("", Shown.described(types.size() + " types"), "at most " + TYPES_MAX);
        }
        return types;
    }

    private static Map<EventField, EventPath> fields(String type, JsonNode node) {
        if (!node.isObject()) {
            throw wrong(type, Shown.written(node.toString()), "a JSON object from fields, or null");
        }
        Map<EventField, EventPath> fields = new EnumMap<>(EventField.class);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            EventField field = EventField.ofName(entry.getKey());
            if (field == null) {
                throw wrong(
                        type,
                        Shown.text(entry.getKey()),
                        "one of the fields " + EventField.names());
            }
            JsonNode value = entry.getValue();
            EventPath path = value.isString() ? EventPath.parse(value.stringValue()) : null;
            if (path == null) {
                throw wrong(
                        type + '.' + field.wireName(),
                        Shown.written(value.toString()),
                        EventPath.EXPECTED);
            }
            fields.put(field, path);
        }
        check(type, fields.keySet());
        return fields;
    }

    private static void check(String type, Set<EventField> fields) {
        boolean one = fields.contains(EventField.TOKENS);
        boolean both =
                fields.contains(EventField.INPUT_TOKENS)
                        || fields.contains(EventField.OUTPUT_TOKENS);
        if (one == both) {
            throw wrong(
                    type,
                    Shown.described(one ? "two ways to count" : "nothing to count"),
                    "tokens, or else input_tokens, output_tokens or both");
        }
        if (!fields.contains(EventField.MODEL)) {
            throw wrong(type, Shown.described("no model"), "a path for model");
        }
        if (both && fields.contains(EventField.DIRECTION)) {
            throw wrong(type, Shown.text("direction"), "direction only beside tokens");
        }
    }

    private static IllegalArgumentException wrong(String where, Shown value, String expected) {
        return new IllegalArgumentException(
                "event mapping%s: %s (expected: %s)"
                        .formatted(
                                where.isEmpty() ? "" : ", " + Shown.plain(where), value, expected));
    }
}
