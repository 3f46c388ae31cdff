package tekton.budget.ledger;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a policy does when its limit is touched. */
public enum PolicyType {
    /** Counts, and says nothing. */
    IGNORE,
    /** Says so. */
    WARN,
    /** Says so and names cheaper models. */
    SOFT_LIMIT,
    /** Refuses what does not fit. */
    HARD_LIMIT;

    /** What Rhetor, Tekton's user interface and its technical documentation call them. */
    private static final Map<String, PolicyType> ALIASES =
            Map.of(
                    "enforce", HARD_LIMIT,
                    "warning", WARN,
                    "downgrade", SOFT_LIMIT,
                    "log", IGNORE);

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire: lower case with underscores. */
    public String wireName() {
        return wireName;
    }

    /** The type of that name or alias in any case. */
    public static Optional<PolicyType> parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        for (PolicyType type : values()) {
            if (type.wireName.equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.ofNullable(ALIASES.get(name));
    }
}
