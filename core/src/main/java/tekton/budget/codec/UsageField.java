package tekton.budget.codec;

import tools.jackson.core.util.Named;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The fields of a usage record on the wire, each under its snake_case and camelCase name. */
enum UsageField {
    SCHEMA,
    RECORD_ID,
    CONTEXT_ID,
    COMPONENT,
    PROVIDER,
    MODEL,
    TASK_TYPE,
    TIER,
    BUDGET_ID,
    ALLOCATION_ID,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    CACHED_INPUT_TOKENS,
    CACHE_WRITE_TOKENS,
    CACHE_WRITE_1H_TOKENS,
    REASONING_TOKENS,
    AUDIO_INPUT_TOKENS,
    AUDIO_OUTPUT_TOKENS,
    IMAGE_INPUT_TOKENS,
    IMAGE_OUTPUT_TOKENS,
    TOKEN_STYLE,
    SERVICE_TIER,
    TIMESTAMP,
    OPERATION_ID,
    REQUEST_ID,
    USER_ID,
    METADATA,
    /** Filled in by the edge only. */
    RECEIVED_AT,
    /** Filled in by the edge only. */
    PRICING_VERSION;

    private static final List<UsageField> BY_MATCH = new ArrayList<>();
    private static final List<Named> NAMES = new ArrayList<>();
    private static final Map<String, UsageField> BY_WIRE_NAME = new HashMap<>();

    static {
        for (UsageField field : values()) {
            BY_WIRE_NAME.put(field.wireName, field);
            add(field, field.wireName);
            if (!field.camelName().equals(field.wireName)) {
                add(field, field.camelName());
            }
        }
    }

    private final String wireName = name().toLowerCase(Locale.ROOT);

    String wireName() {
        return wireName;
    }

    /** The field of that snake_case name. */
    static UsageField named(String wireName) {
        UsageField field = BY_WIRE_NAME.get(wireName);
        if (field == null) {
            throw new IllegalArgumentException("no field of a usage record: " + wireName);
        }
        return field;
    }

    /** Every name that is read; the position in the list is what a match answers. */
    static List<Named> names() {
        return NAMES;
    }

    static UsageField ofMatch(int match) {
        return BY_MATCH.get(match);
    }

    private String camelName() {
        StringBuilder camel = new StringBuilder();
        for (String word : wireName.split("_", -1)) {
            camel.append(
                    camel.isEmpty()
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }

    private static void add(UsageField field, String name) {
        BY_MATCH.add(field);
        NAMES.add(Named.fromString(name));
    }
}
