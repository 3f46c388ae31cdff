package tekton.budget.value;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a provider was asked to serve a call, where that has a price of its own. The fingerprint
 * holds the names; they never change.
 */
public enum ServiceTier {
    STANDARD,
    BATCH,
    FLEX,
    PRIORITY;

    /**
     * Also {@code default}, OpenAI's word for what was served at the standard price, and {@code
     * fast}, its newer word for priority.
     */
    private static final Map<String, ServiceTier> BY_NAME =
            Map.of(
                    "standard", STANDARD,
                    "default", STANDARD,
                    "batch", BATCH,
                    "flex", FLEX,
                    "priority", PRIORITY,
                    "fast", PRIORITY);

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire: lower case. */
    public String wireName() {
        return wireName;
    }

    /** The service tier of that name in any case. */
    public static Optional<ServiceTier> parse(String text) {
        ServiceTier exact = BY_NAME.get(text);
        return Optional.ofNullable(
                exact != null ? exact : BY_NAME.get(text.toLowerCase(Locale.ROOT)));
    }
}
