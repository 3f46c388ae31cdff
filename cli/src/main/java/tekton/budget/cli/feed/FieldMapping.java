package tekton.budget.cli.feed;

import org.jspecify.annotations.Nullable;

import tekton.budget.cli.call.CliFailure;
import tekton.budget.cli.call.JsonTree;

import tools.jackson.core.JacksonException;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes a usage record of a row, by the names of its columns. Immutable. */
public final class FieldMapping {

    private static final List<String> TEXTS =
            List.of(
                    "record_id",
                    "request_id",
                    "operation_id",
                    "context_id",
                    "component",
                    "provider",
                    "model",
                    "user_id",
                    "task_type",
                    "budget_id",
                    "allocation_id",
                    "tier",
                    "token_style",
                    "service_tier");

    private static final List<String> COUNTS =
            List.of(
                    "input_tokens",
                    "output_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "cache_write_1h_tokens",
                    "reasoning_tokens",
                    "audio_input_tokens",
                    "image_input_tokens",
                    "audio_output_tokens",
                    "image_output_tokens");

    private static final List<String> REQUIRED =
            List.of(
                    "context_id",
                    "component",
                    "provider",
                    "model",
                    "input_tokens",
                    "output_tokens");

    private static final BigDecimal COUNT_MAX = BigDecimal.valueOf(1_000_000_000);
    private static final int SHOWN_MAX = 60;

    private final ImportFormat format;
    private final Map<String, List<String>> columns = new LinkedHashMap<>();
    private final Map<String, String> defaults = new LinkedHashMap<>();
    private final Map<String, String> fixed;

    /**
     * @param map for a field the column that it comes from
     * @param set values that win over every column
     * @param fallbacks values of fields that nothing else gives
     */
    public FieldMapping(
            ImportFormat format,
            Map<String, String> map,
            Map<String, String> set,
            Map<String, String> fallbacks) {
        this.format = format;
        for (String field : fields()) {
            columns.put(field, List.of(field));
        }
        columns.putAll(format.columns());
        map.forEach(
                (field, column) -> {
                    known(field, "--map");
                    columns.put(field, List.of(column));
                });
        set.keySet().forEach(field -> known(field, "--set"));
        fixed = Map.copyOf(set);
        defaults.putAll(fallbacks);
        defaults.putAll(format.defaults());
    }

    private static void known(String field, String option) {
        if (!fields().contains(field)) {
            throw CliFailure.usage(
                    option
                            + ": \""
                            + field
                            + "\" (expected: a field: "
                            + String.join(", ", fields())
                            + ")");
        }
    }

    private static List<String> fields() {
        List<String> fields = new java.util.ArrayList<>(TEXTS);
        fields.addAll(COUNTS);
        fields.add("timestamp");
        fields.add("metadata");
        return fields;
    }

    /** Says what to do when the columns cannot make a record. */
    @Nullable CliFailure missing(Set<String> names) {
        for (String field : REQUIRED) {
            boolean found =
                    fixed.containsKey(field)
                            || defaults.containsKey(field)
                            || sources(field).stream()
                                    .anyMatch(c -> names.contains(c) || names.contains(root(c)));
            if (!found) {
                return CliFailure.usage(
                        field
                                + ": no column gives it; there are "
                                + String.join(", ", names)
                                + " (expected: "
                                + String.join(" or ", sources(field))
                                + ")",
                        "name its column with --map "
                                + field
                                + "=COLUMN, or its value with --set "
                                + field
                                + "=VALUE");
            }
        }
        return null;
    }

    private static String root(String column) {
        int point = column.indexOf('.');
        return point < 0 ? column : column.substring(0, point);
    }

    private List<String> sources(String field) {
        return columns.getOrDefault(field, List.of(field));
    }

    /** Whether the row is no call that cost something, and so no record. */
    boolean skips(JsonTree row) {
        if (format != ImportFormat.LITELLM) {
            return false;
        }
        // LiteLLM answered from its own cache, or the call failed before a model did anything.
        return row.at("cache_hit").text().equalsIgnoreCase("true")
                || (row.at("status").text().equals("failure")
                        && List.of("", "0").contains(row.at("total_tokens").text()));
    }

    /** When the row's call was; null when it does not say. */
    @Nullable Instant time(JsonTree row) throws UnfitLineException {
        String text = value("timestamp", row).text();
        if (text.isBlank()) {
            return null;
        }
        try {
            return LineTimes.read(text);
        } catch (DateTimeException unreadable) {
            throw unfit("timestamp", text, "ISO-8601, or seconds or milliseconds since 1970");
        }
    }

    /**
     * The record of a row.
     *
     * @param id its id when it has none of its own
     * @param shift how much later than written it was
     */
    JsonTree record(JsonTree row, String id, Duration shift) throws UnfitLineException {
        Map<String, JsonTree> record = new LinkedHashMap<>();
        for (String field : TEXTS) {
            JsonTree value = value(field, row);
            if (!value.text().isBlank()) {
                record.put(field, JsonTree.of(value.text().strip()));
            }
        }
        for (String field : COUNTS) {
            JsonTree value = value(field, row);
            if (!value.text().isBlank()) {
                record.put(field, count(field, value));
            }
        }
        if (!record.containsKey("record_id") && !record.containsKey("request_id")) {
            record.put("record_id", JsonTree.of(id));
        }
        Instant time = time(row);
        if (time != null) {
            record.put("timestamp", JsonTree.of(time.plus(shift).toString()));
        }
        JsonTree metadata = metadata(row);
        if (metadata.isObject() && format != ImportFormat.LITELLM) {
            record.put("metadata", metadata);
        }
        if (format == ImportFormat.LITELLM) {
            afterLiteLlm(record);
        }
        for (String field : REQUIRED) {
            boolean byAllocation =
                    field.equals("context_id") && record.containsKey("allocation_id");
            if (!record.containsKey(field) && !byAllocation) {
                throw new UnfitLineException(field + ": missing (expected: a value)");
            }
        }
        return JsonTree.of(record);
    }

    /** The provider stands before the model's name, and cached tokens are part of the input. */
    private static void afterLiteLlm(Map<String, JsonTree> record) {
        String model = record.getOrDefault("model", JsonTree.NULL).text();
        String provider = record.getOrDefault("provider", JsonTree.NULL).text();
        int slash = model.indexOf('/');
        if (provider.isEmpty() && slash > 0) {
            provider = model.substring(0, slash);
            record.put("provider", JsonTree.of(provider));
        }
        if (!provider.isEmpty() && model.startsWith(provider + "/")) {
            record.put("model", JsonTree.of(model.substring(provider.length() + 1)));
        }
        BigDecimal input = amount(record, "input_tokens");
        BigDecimal cached = amount(record, "cached_input_tokens");
        BigDecimal written = amount(record, "cache_write_tokens");
        // Versions before it counted them into the prompt: then their prompt has no such parts.
        if (cached.add(written).compareTo(input) > 0) {
            record.put("input_tokens", JsonTree.of(input.add(cached).add(written)));
        }
        if (amount(record, "cache_write_1h_tokens").compareTo(written) > 0) {
            record.remove("cache_write_1h_tokens");
        }
        if (amount(record, "reasoning_tokens").compareTo(amount(record, "output_tokens")) > 0) {
            record.remove("reasoning_tokens");
        }
    }

    private static BigDecimal amount(Map<String, JsonTree> record, String field) {
        return record.getOrDefault(field, JsonTree.NULL).amount();
    }

    private JsonTree value(String field, JsonTree row) {
        String set = fixed.get(field);
        if (set != null) {
            return JsonTree.of(set);
        }
        for (String column : sources(field)) {
            JsonTree value = row.at(column);
            if (value.isNull() && column.indexOf('.') > 0) {
                value = deep(row, column);
            }
            if (!value.text().isBlank()) {
                return value;
            }
        }
        String absent = defaults.get(field);
        return absent == null ? JsonTree.NULL : JsonTree.of(absent);
    }

    /** A field within an object, which in CSV stands as text. */
    private static JsonTree deep(JsonTree row, String column) {
        String root = root(column);
        JsonTree object = row.at(root);
        if (object.isText()) {
            try {
                object = JsonTree.parse(object.text());
            } catch (JacksonException notJson) {
                return JsonTree.NULL;
            }
        }
        return object.path(column.substring(root.length() + 1));
    }

    private static JsonTree count(String field, JsonTree value) throws UnfitLineException {
        String text = value.text().strip();
        try {
            if (text.length() <= 32) {
                BigDecimal number = new BigDecimal(text);
                if (number.signum() >= 0
                        && number.compareTo(COUNT_MAX) <= 0
                        && number.stripTrailingZeros().scale() <= 0) {
                    return JsonTree.of(number.longValueExact());
                }
            }
        } catch (NumberFormatException notOne) {
            // Told below.
        }
        throw unfit(field, text, "an integer from 0 to 1,000,000,000");
    }

    private JsonTree metadata(JsonTree row) throws UnfitLineException {
        JsonTree value = value("metadata", row);
        if (value.isObject() || value.text().isBlank()) {
            return value;
        }
        try {
            return JsonTree.parse(value.text());
        } catch (JacksonException notJson) {
            throw unfit("metadata", value.text(), "a JSON object");
        }
    }

    private static UnfitLineException unfit(String field, String value, String expected) {
        String shown = value.length() <= SHOWN_MAX ? value : value.substring(0, SHOWN_MAX) + "…";
        return new UnfitLineException(
                field + ": " + JsonTree.of(shown) + " (expected: " + expected + ")");
    }

    /** All that decides which records come of a file, for comparison. */
    String describe() {
        // In an order of their own: that of some maps is another in each process.
        return format
                + " "
                + new TreeMap<>(columns)
                + " "
                + new TreeMap<>(defaults)
                + " "
                + new TreeMap<>(fixed);
    }
}
