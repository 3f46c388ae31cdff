package tekton.budget.metering.ledger.topology;

import tekton.budget.metering.topology.Counters;

/** What became of the records that the ledger read. */
public final class LedgerCounters extends Counters<LedgerCounters.Outcome> {

    /** What can become of a record. */
    public enum Outcome {
        /** A request, and decided. */
        DECIDED,
        /** Usage, and booked. */
        BOOKED,
        /** That a session has reached a threshold, and passed on. */
        PASSED_ON,
        /** How far the metering has come. */
        PROGRESS,
        /** Sent to the dead letters. */
        DEAD_LETTER,
        /** Read before. */
        SKIPPED
    }

    public LedgerCounters() {
        super(Outcome.class);
    }
}
