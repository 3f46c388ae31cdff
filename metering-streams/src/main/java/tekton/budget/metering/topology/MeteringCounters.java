package tekton.budget.metering.topology;

import tekton.budget.event.DeadLetter;
import tekton.budget.metering.streams.AgeCounts;
import tekton.budget.metering.streams.Counters;

/** What became of the records that the metering read, and how long that took. */
public final class MeteringCounters extends Counters<MeteringCounters.Outcome> {

    /** What can become of a record. */
    public enum Outcome {
        /** New, and added to the totals. */
        COUNTED,
        /** Beside COUNTED: its price is not known. */
        UNPRICED,
        /** Beside COUNTED: nobody has a rate of its service tier. */
        ESTIMATED,
        /** Its id had been counted with the same content. */
        DUPLICATE,
        /** Sent on to the partition of its context. */
        STRAY,
        /** Read before. */
        SKIPPED
    }

    private final Counters<DeadLetter.Reason> deadLetters = new Counters<>(DeadLetter.Reason.class);
    private final AgeCounts usageAges = new AgeCounts();
    private final AgeCounts handOverAges = new AgeCounts();

    public MeteringCounters() {
        super(Outcome.class);
    }

    /** Records sent to the dead letters, by reason. */
    public Counters<DeadLetter.Reason> deadLetters() {
        return deadLetters;
    }

    /** How old usage was when it was in its context's total. */
    public AgeCounts usageAges() {
        return usageAges;
    }

    /** How old what stage one has handed over was when stage two had added it. */
    public AgeCounts handOverAges() {
        return handOverAges;
    }
}
