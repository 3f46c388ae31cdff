package tekton.budget.bench.hostile;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Values that a schema allows and that the product would take. Ids of usage carry the number of
 * their request, so that a record in the log tells which request brought it.
 */
final class SchemaValues {

    /** Begins the context of every record that a hostile request brings. */
    static final String CONTEXT = "hc-";

    /** Begins its record id. */
    static final String RECORD = "hr-";

    private static final int DEPTH_MAX = 6;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ApiDocument document;
    private final Dice dice;
    private final Instant now;
    private int records;

    /**
     * @param now for times; part of a request that the seed does not give
     */
    SchemaValues(ApiDocument document, Dice dice, Instant now) {
        this.document = document;
        this.dice = dice;
        this.now = now;
    }

    JsonNode value(JsonNode schema) {
        return value("", schema, 0);
    }

    private JsonNode value(String name, JsonNode reference, int depth) {
        JsonNode schema = document.resolved(reference);
        if (schema.has("oneOf") || schema.has("anyOf")) {
            JsonNode choices = schema.has("oneOf") ? schema.path("oneOf") : schema.path("anyOf");
            return value(name, choices.path(dice.below(choices.size())), depth);
        }
        if (schema.has("enum")) {
            return schema.path("enum").path(dice.below(schema.path("enum").size()));
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(name, schema, depth);
            case "integer" -> JSON.numberNode(integer(schema));
            case "number" -> JSON.numberNode(dice.below(1_000) / 1_000.0);
            case "boolean" -> JSON.booleanNode(dice.chance(50));
            default -> JSON.stringNode(text(name, schema));
        };
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            return type.path(0).asString("string");
        }
        return type.asString(schema.has("properties") ? "object" : "string");
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        boolean usage = schema.path("properties").has("record_id");
        records += usage ? 1 : 0;
        schema.path("properties")
                .properties()
                .forEach(
                        each -> {
                            boolean marks =
                                    usage
                                            && (each.getKey().equals("context_id")
                                                    || each.getKey().equals("record_id"));
                            // Parts of a whole, by chance, would nearly always be more than it.
                            boolean part =
                                    usage
                                            && each.getKey().endsWith("_tokens")
                                            && !required.contains(each.getKey());
                            if (required.contains(each.getKey())
                                    || marks
                                    || (depth < DEPTH_MAX && dice.chance(part ? 3 : 40))) {
                                object.set(
                                        each.getKey(),
                                        value(each.getKey(), each.getValue(), depth + 1));
                            }
                        });
        return object;
    }

    private ArrayNode array(String name, JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        for (int i = depth < DEPTH_MAX ? dice.below(4) : 0; i >= 0; i--) {
            array.add(value(name, schema.path("items"), depth + 1));
        }
        return array;
    }

    private long integer(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = Math.min(schema.path("maximum").asLong(5_000), least + 5_000);
        return least + dice.below((int) Math.max(1, most - least));
    }

    /** A text for a field or parameter of that name. */
    String text(String name, JsonNode schema) {
        String made =
                switch (name) {
                    case "context_id" -> CONTEXT + dice.number();
                    case "record_id" -> RECORD + dice.number() + '-' + records;
                    case "request_id", "operation_id" -> "ho-" + dice.number() + '-' + records;
                    case "budget_id" -> dice.chance(70) ? "hb-" + dice.below(8) : "default";
                    case "allocation_id" -> "hb-0.0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
                    case "provider" -> dice.pick(List.of("openai", "anthropic", "nobody"));
                    case "model" -> dice.pick(List.of("gpt-4o", "claude-3-opus-20240229", "none"));
                    case "tier" -> dice.pick(List.of("local_lightweight", "remote_heavyweight"));
                    case "service_tier" -> dice.pick(List.of("standard", "batch", "flex"));
                    case "zone" -> dice.pick(List.of("UTC", "Europe/Berlin", "Asia/Kolkata"));
                    case "period" -> dice.pick(List.of("daily", "weekly", "monthly", "hourly"));
                    case "url" -> "https://receiver.invalid/h" + dice.number();
                    case "timestamp", "from", "to", "at", "until", "expires_at" -> time();
                    default -> "h-" + dice.below(50);
                };
        if (schema.path("format").asString("").equals("date-time")) {
            made = time();
        }
        int most = schema.path("maxLength").asInt(256);
        return made.length() <= most ? made : made.substring(0, most);
    }

    private String time() {
        return now.truncatedTo(ChronoUnit.HOURS).minusSeconds(dice.below(3) * 3_600L).toString();
    }
}
