package tekton.budget.api.mcp;

import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.function.Function;

/** From answers of the API to answers of tools: fewer fields, few rows, money as text. */
final class Shaping {

    private static final String[] LIMIT = {
        "policy_id", "type", "period", "tier", "provider", "component", "task_type", "measure"
    };

    private Shaping() {}

    /** Those fields as they are; what is absent is null. */
    static void copy(JsonNode from, ObjectNode to, String... names) {
        for (String name : names) {
            copyAs(from, name, to, name);
        }
    }

    /** A field under another name. */
    static void copyAs(JsonNode from, String name, ObjectNode to, String other) {
        JsonNode value = from.get(name);
        if (value == null) {
            to.putNull(other);
        } else {
            to.set(other, value);
        }
    }

    /** Those fields as decimal texts; what is no number is null. */
    static void money(JsonNode from, ObjectNode to, String... names) {
        for (String name : names) {
            moneyAs(from, name, to, name);
        }
    }

    /** The same under another name. */
    static void moneyAs(JsonNode from, String name, ObjectNode to, String other) {
        to.put(other, McpJson.decimal(from.path(name)));
    }

    /** What a tool takes under the names of the API, if it was given. */
    static void take(ObjectNode arguments, ObjectNode body, String... names) {
        for (String name : names) {
            takeAs(arguments, name, body, name);
        }
    }

    /** The same under another name. */
    static void takeAs(ObjectNode arguments, String name, ObjectNode body, String other) {
        JsonNode value = arguments.path(name);
        if (isGiven(value)) {
            body.set(other, value);
        }
    }

    /** Whether an argument is there: {@code null} is as good as none. */
    static boolean isGiven(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    /** An argument as a parameter of another name, if it was given. */
    static void parameter(
            ObjectNode arguments, String name, ApiSession.ApiParameters query, String other) {
        JsonNode value = arguments.path(name);
        if (value.isString()) {
            var _ = query.with(other, value.stringValue());
        }
    }

    /** The first of an array, each in another shape; returns whether there are more. */
    static boolean first(
            JsonNode from, int most, ArrayNode to, Function<JsonNode, ObjectNode> shape) {
        for (JsonNode each : from) {
            if (to.size() >= most) {
                return true;
            }
            to.add(shape.apply(each));
        }
        return false;
    }

    /** A limit that is in the way or near. */
    static ObjectNode limit(JsonNode standing) {
        ObjectNode limit = McpJson.object();
        copy(standing, limit, LIMIT);
        money(standing, limit, "asked", "left", "limit", "reserved", "used");
        copy(standing, limit, "level", "window_start", "window_end", "message");
        return limit;
    }

    /** A model that costs less. */
    static ObjectNode alternative(JsonNode model) {
        ObjectNode alternative = McpJson.object();
        copy(model, alternative, "provider", "model");
        money(model, alternative, "estimated_cost", "savings");
        return alternative;
    }

    /** What totals and rows of reports have in common. */
    static void totals(JsonNode from, ObjectNode to) {
        copy(
                from,
                to,
                "input_tokens",
                "output_tokens",
                "total_tokens",
                "cached_input_tokens",
                "cache_write_tokens",
                "reasoning_tokens",
                "unpriced_tokens");
        money(from, to, "total_cost");
        copy(from, to, "record_count", "first_at", "last_at");
    }

    /**
     * An argument as a number, or what holds without it.
     *
     * @throws ToolRefusedException if it is given and no {@code int}
     */
    static int number(ObjectNode arguments, String name, int byDefault)
            throws ToolRefusedException {
        JsonNode value = arguments.path(name);
        if (!isGiven(value)) {
            return byDefault;
        }
        if (value.isNumber()) {
            try {
                return value.decimalValue().intValueExact();
            } catch (ArithmeticException tooLargeOrFraction) {
                // Told below, as what is no number at all.
            }
        }
        throw new ToolRefusedException(
                422,
                "%s: %s (expected: an integer of at most %d)."
                        .formatted(name, Shown.written(value.toString()), Integer.MAX_VALUE));
    }

    /** An argument as text, or what holds without it. */
    static String text(ObjectNode arguments, String name, String byDefault) {
        return arguments.path(name).asString(byDefault);
    }
}
