package tekton.budget.api.mcp;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Shown;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Judges the arguments of a call by what of JSON Schema the tools' own input schemas use: plain
 * values and arrays of words, required or not, within bounds. A test says so when a schema uses
 * more. What a value means is the API's to judge.
 */
final class ArgumentRules {

    /** The most sentences that one refusal has. */
    private static final int PROBLEMS_MAX = 10;

    private ArgumentRules() {}

    /** What is wrong, a sentence each that names the argument; none when all is well. */
    static List<String> problems(JsonNode schema, JsonNode arguments) {
        List<String> problems = new ArrayList<>();
        JsonNode known = schema.get("properties");
        for (JsonNode name : schema.path("required")) {
            JsonNode value = arguments.path(name.stringValue());
            if (value.isMissingNode() || value.isNull()) {
                problems.add("%s: missing.".formatted(name.stringValue()));
            }
        }
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            if (problems.size() >= PROBLEMS_MAX) {
                break;
            }
            String name = argument.getKey();
            JsonNode rule = known.get(name);
            String problem =
                    rule == null
                            ? "is no argument of this tool (expected: %s)"
                                    .formatted(String.join(", ", names(known)))
                            : argument.getValue().isNull()
                                    ? null
                                    : problem(rule, argument.getValue());
            if (problem != null) {
                problems.add("%s: %s.".formatted(Shown.text(name), problem));
            }
        }
        return problems;
    }

    private static SortedSet<String> names(JsonNode known) {
        return new TreeSet<>(known.propertyNames());
    }

    private static @Nullable String problem(JsonNode rule, JsonNode value) {
        return switch (rule.get("type").stringValue()) {
            case "string" -> value.isString() ? text(rule, value.stringValue()) : expected("text");
            case "integer" -> integer(rule, value);
            case "boolean" -> value.isBoolean() ? null : expected("true or false");
            case "array" -> array(rule, value);
            default -> throw new IllegalStateException("no such rule: " + rule);
        };
    }

    private static @Nullable String text(JsonNode rule, String text) {
        int length = text.codePointCount(0, text.length());
        if (rule.has("enum")) {
            for (JsonNode word : rule.get("enum")) {
                if (word.stringValue().equals(text)) {
                    return null;
                }
            }
            return "is %s (expected: one of %s)".formatted(Shown.text(text), rule.get("enum"));
        }
        if (length < rule.path("minLength").asInt(0)
                || length > rule.path("maxLength").asInt(Integer.MAX_VALUE)) {
            return "has %d characters (expected: %d to %d)"
                    .formatted(
                            length, rule.get("minLength").asInt(), rule.get("maxLength").asInt());
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            return "has a control character (expected: none)";
        }
        String pattern = rule.path("pattern").asString("");
        // As JSON Schema has it: found anywhere, unless the pattern says begin and end.
        return pattern.isEmpty() || Pattern.compile(pattern).matcher(text).find()
                ? null
                : "is %s (expected: text that fits %s)".formatted(Shown.text(text), pattern);
    }

    private static @Nullable String integer(JsonNode rule, JsonNode value) {
        String plain = McpJson.decimal(value);
        if (plain == null) {
            return expected("an integer");
        }
        BigDecimal number = new BigDecimal(plain);
        boolean fits =
                number.stripTrailingZeros().scale() <= 0
                        && number.compareTo(rule.get("minimum").decimalValue()) >= 0
                        && number.compareTo(rule.get("maximum").decimalValue()) <= 0;
        return fits
                ? null
                : "is %s (expected: an integer from %s to %s)"
                        .formatted(plain, rule.get("minimum"), rule.get("maximum"));
    }

    private static @Nullable String array(JsonNode rule, JsonNode value) {
        int most = rule.get("maxItems").asInt();
        if (!value.isArray() || value.size() > most) {
            return expected("an array of at most %d words".formatted(most));
        }
        List<JsonNode> seen = new ArrayList<>();
        for (JsonNode item : value) {
            String problem = problem(rule.get("items"), item);
            if (problem != null) {
                return problem;
            }
            if (seen.contains(item)) {
                return "has %s twice (expected: each once)".formatted(item);
            }
            seen.add(item);
        }
        return null;
    }

    private static String expected(String what) {
        return "is of another type (expected: %s)".formatted(what);
    }
}
