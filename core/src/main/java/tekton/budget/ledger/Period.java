package tekton.budget.ledger;

import java.util.Locale;
import java.util.Optional;

/** Over what a policy's limit holds. Windows begin and end in the budget's zone. */
public enum Period {
    /** From one full hour to the next. */
    HOURLY,
    /** From midnight to midnight. */
    DAILY,
    /** From Monday 00:00 to Monday 00:00. */
    WEEKLY,
    /** From the first of a month to the first of the next. */
    MONTHLY,
    /** One context, for as long as it is remembered. */
    PER_SESSION,
    /** One allocation. */
    PER_TASK;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire: lower case with underscores. */
    public String wireName() {
        return wireName;
    }

    /** True when the limit holds over a window of time. */
    public boolean isWindow() {
        return this != PER_SESSION && this != PER_TASK;
    }

    /** The period of that name in any case. */
    public static Optional<Period> parse(String text) {
        for (Period period : values()) {
            if (period.wireName.equalsIgnoreCase(text)) {
                return Optional.of(period);
            }
        }
        return Optional.empty();
    }
}
