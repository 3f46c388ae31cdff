package tekton.budget.value;

import java.time.Duration;

/** Every bound on a usage record, whichever way it comes in. The README lists them. */
public final class UsageBounds {

    /** The most tokens of one class in one record. */
    public static final long TOKENS_MAX = 1_000_000_000L;

    /** The most characters (UTF-16 units) of an id: record, context, allocation, request, user. */
    public static final int ID_LENGTH_MAX = 256;

    /** The most characters of a component, provider, budget id or task type. */
    public static final int NAME_LENGTH_MAX = 128;

    /** The most characters of a model. */
    public static final int MODEL_LENGTH_MAX = 256;

    /** The most bytes of {@code metadata} as compact JSON in UTF-8. */
    public static final int METADATA_BYTES_MAX = 16_384;

    /** How deep objects and arrays may nest in {@code metadata}, itself counted. */
    public static final int METADATA_DEPTH_MAX = 8;

    /** The most bytes of one record, as a request body, as a line, or as a Kafka value. */
    public static final int RECORD_BYTES_MAX = 65_536;

    /** How old a record's timestamp may be. */
    public static final Duration AGE_MAX = Duration.ofDays(35);

    /** How far a record's timestamp may lie ahead. */
    public static final Duration AHEAD_MAX = Duration.ofMinutes(5);

    /**
     * What the topology tolerates beyond {@link #AGE_MAX} and {@link #AHEAD_MAX}: it judges by
     * append time, and what REST accepted a moment earlier must never be refused later.
     */
    public static final Duration APPEND_TOLERANCE = Duration.ofMinutes(10);

    private UsageBounds() {}
}
