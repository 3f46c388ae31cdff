package tekton.budget.api.usage;

import java.util.Locale;

/** How usage is reported over HTTP. */
public enum Way {
    /** One record a request. */
    SINGLE,
    /** A JSON array. */
    ARRAY,
    /** One record a line. */
    NDJSON;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
