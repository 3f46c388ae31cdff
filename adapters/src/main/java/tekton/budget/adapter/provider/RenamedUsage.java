package tekton.budget.adapter.provider;

import tekton.budget.adapter.ForeignJson;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Usage objects as some SDKs hand them to their callers: in camel case, where the provider wrote
 * words with underscores. Mistral's for JavaScript does ({@code @mistralai/mistralai} 2.7.0), and
 * OpenRouter's and Cohere's ({@code cohere-ai} 8.1.0). Google and Bedrock write camel case
 * themselves.
 */
final class RenamedUsage {

    private static final Pattern CAPITAL = Pattern.compile("(?<=[a-z0-9])[A-Z]");

    private RenamedUsage() {}

    /** The object in the provider's words; the same one where it is already. */
    static JsonNode original(JsonNode usage) {
        return usage.has("promptTokens")
                        || usage.has("completionTokens")
                        || ForeignJson.at(usage, "billedUnits").isObject()
                ? underscored(usage)
                : usage;
    }

    private static JsonNode underscored(JsonNode node) {
        if (!node.isObject()) {
            return node;
        }
        ObjectNode renamed = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name =
                    CAPITAL.matcher(field.getKey())
                            .replaceAll(match -> '_' + match.group().toLowerCase(Locale.ROOT));
            renamed.set(name, underscored(field.getValue()));
        }
        return renamed;
    }
}
