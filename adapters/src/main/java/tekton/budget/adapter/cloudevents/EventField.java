package tekton.budget.adapter.cloudevents;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The meanings that a field of an event may have. */
public enum EventField {
    MODEL,
    PROVIDER,
    /** Tokens of one direction. */
    TOKENS,
    /** Which direction {@link #TOKENS} have: input, system (which is input) or output. */
    DIRECTION,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    TOTAL_TOKENS,
    CACHED_INPUT_TOKENS,
    CACHE_WRITE_TOKENS,
    REASONING_TOKENS,
    /** The cost by the sender's reckoning; kept as metadata. */
    COST,
    CONTEXT_ID,
    USER_ID,
    BUDGET_ID,
    COMPONENT,
    TASK_TYPE,
    OPERATION_ID,
    REQUEST_ID;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in a mapping's JSON. */
    public String wireName() {
        return wireName;
    }

    static @Nullable EventField ofName(String name) {
        for (EventField field : values()) {
            if (field.wireName.equals(name)) {
                return field;
            }
        }
        return null;
    }

    static String names() {
        return Arrays.stream(values()).map(EventField::wireName).collect(Collectors.joining(", "));
    }
}
