package tekton.budget.adapter.cloudevents;

import org.jspecify.annotations.Nullable;

import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where something stands in an event: an attribute, such as {@code subject}, or in its data, such
 * as {@code data.usage.model}.
 *
 * @param text as it is written in a mapping
 * @param inData the names in the data from the top downwards; empty for an attribute
 */
public record EventPath(String text, List<String> inData) {

    /** The expectation that a message states. */
    static final String EXPECTED =
            "a CloudEvents attribute such as subject, or a field of its data such as data.model";

    private static final String DATA = "data.";
    private static final int DEPTH_MAX = 8;

    /** CloudEvents 1.0: lower-case letters and digits. Senders also write underscores. */
    private static final Pattern ATTRIBUTE = Pattern.compile("[a-z0-9_]{1,64}");

    public EventPath {
        inData = List.copyOf(inData);
    }

    /** Null for a text that is no path. */
    static @Nullable EventPath parse(String text) {
        if (!text.startsWith(DATA)) {
            return ATTRIBUTE.matcher(text).matches() && !text.equals("data")
                    ? new EventPath(text, List.of())
                    : null;
        }
        List<String> names = List.of(text.substring(DATA.length()).split("\\.", -1));
        return names.size() > DEPTH_MAX || names.contains("") ? null : new EventPath(text, names);
    }

    boolean isAttribute() {
        return inData.isEmpty();
    }

    /** The text or the number that stands there, as text; null where neither does. */
    @Nullable String text(Map<String, String> attributes, JsonNode data) {
        return isAttribute()
                ? attributes.get(text)
                : ForeignJson.text(data, inData.toArray(String[]::new));
    }
}
