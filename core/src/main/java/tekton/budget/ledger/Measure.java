package tekton.budget.ledger;

import java.util.Locale;

/** What a limit counts. */
public enum Measure {
    TOKENS,
    COST;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
