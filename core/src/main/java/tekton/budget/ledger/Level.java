package tekton.budget.ledger;

import java.util.Locale;

/** How near its limit a policy is; in the order of rising concern. */
public enum Level {
    /** Below the warning threshold. */
    NORMAL,
    /** At or above the warning threshold. */
    WARNING,
    /** At or above the action threshold. */
    ACTION,
    /** At or above the limit itself. */
    EXCEEDED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
