package tekton.budget.api.registry;

import java.util.Locale;

/** How an entry stands with Hermes. */
public enum HermesState {
    /** It is not to be registered, or not any more. */
    OFF,
    /** The first answer is awaited, or Hermes has forgotten the entry. */
    REGISTERING,
    REGISTERED,
    /** Hermes cannot be reached or does not take the entry; it is tried again. */
    UNREACHABLE;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON. */
    public String wireName() {
        return wireName;
    }
}
