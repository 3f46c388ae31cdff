package tekton.budget.metering.ledger.topology;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.query.MeteringFigures.Decision;
import tekton.budget.metering.streams.AgeCounts;
import tekton.budget.metering.streams.Counters;

/** What became of the records that the ledger read, what it decided, and how long that took. */
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
        /** Read before. */
        SKIPPED
    }

    /** Where tokens of allocations went. */
    public enum Tokens {
        GRANTED,
        /** Back to the budget at the end of an allocation. */
        RETURNED
    }

    private final Counters<DeadLetter.Reason> deadLetters = new Counters<>(DeadLetter.Reason.class);
    private final Counters<Decision> decisions = new Counters<>(Decision.class);
    private final Counters<Refusal.RefusalCode> refusals =
            new Counters<>(Refusal.RefusalCode.class);
    private final Counters<Allocation.AllocationState> ended =
            new Counters<>(Allocation.AllocationState.class);
    private final Counters<Tokens> tokens = new Counters<>(Tokens.class);
    private final AgeCounts ages = new AgeCounts();
    private final OpenAllocations openAllocations = new OpenAllocations();

    public LedgerCounters() {
        super(Outcome.class);
    }

    /** Records sent to the dead letters, by reason. */
    public Counters<DeadLetter.Reason> deadLetters() {
        return deadLetters;
    }

    /** Decisions in the asker's favour. */
    public Counters<Decision> decisions() {
        return decisions;
    }

    /** Refusals by code. */
    public Counters<Refusal.RefusalCode> refusals() {
        return refusals;
    }

    /** How allocations ended. */
    public Counters<Allocation.AllocationState> ended() {
        return ended;
    }

    /** Tokens granted, and returned. */
    public Counters<Tokens> tokens() {
        return tokens;
    }

    /** How old what came in was when it was decided or booked. */
    public AgeCounts ages() {
        return ages;
    }

    /** How many allocations are open, as committed. */
    public OpenAllocations openAllocations() {
        return openAllocations;
    }
}
