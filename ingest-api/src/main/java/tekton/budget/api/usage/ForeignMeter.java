package tekton.budget.api.usage;

/** Hears what foreign formats hold beside records. Any thread; it neither blocks nor fails. */
public interface ForeignMeter {

    /** So many things were no calls to count: other spans, answers from a gateway's cache. */
    void ignored(Way way, long count);

    /** The tokens of so many calls contradicted each other, and parts were cut to fit. */
    void clamped(Way way, long count);

    /** A record of a topic could not count, or not all of it, and is in the dead letters. */
    void deadLettered(Way way);
}
