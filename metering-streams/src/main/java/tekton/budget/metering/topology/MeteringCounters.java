package tekton.budget.metering.topology;

/** What became of the records that the metering read. */
public final class MeteringCounters extends Counters<MeteringCounters.Outcome> {

    /** What can become of a record. */
    public enum Outcome {
        /** New, and added to the totals. */
        COUNTED,
        /** Its id had been counted with the same content. */
        DUPLICATE,
        /** Sent on to the partition of its context. */
        STRAY,
        /** Sent to the dead letters. */
        DEAD_LETTER,
        /** Read before. */
        SKIPPED
    }

    public MeteringCounters() {
        super(Outcome.class);
    }
}
