package tekton.budget.api.route;

import java.util.Locale;
import java.util.Optional;

/** What a key is for. None includes another: a key has those that it names. */
public enum AccessScope {
    /** Reporting usage, allocating and releasing. */
    INGEST,
    /** Reading, live too. */
    READ,
    /** Changing budgets, policies, prices, alerts and channels; ending the process. */
    ADMIN,
    /** Whatever a key is for: what is asked here asks on, with that key, for what needs one. */
    ANY;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }

    /** The scope of that name, of those that a key can have. */
    public static Optional<AccessScope> parse(String text) {
        for (AccessScope scope : values()) {
            if (scope != ANY && scope.wireName.equals(text)) {
                return Optional.of(scope);
            }
        }
        return Optional.empty();
    }
}
