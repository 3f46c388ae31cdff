package tekton.budget.metering.query;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Refusal;

import java.util.List;
import java.util.Locale;

/**
 * What the metering in this process has done since its start and how it stands, in plain numbers.
 * Counts are of committed transactions: what was aborted and repeated counts once. No store and no
 * broker is asked; any thread, at any time, also while Kafka is away or stores are restored.
 */
public interface MeteringFigures {

    /** The two Streams applications. */
    enum App {
        METERING,
        LEDGER;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** Where an application is in its life. */
    enum State {
        CREATED,
        /** Partitions are being given out or stores restored. */
        REBALANCING,
        RUNNING,
        /** Stopped, or stopping. */
        STOPPED,
        /** It has given up; only a restart of the process cures that. */
        FAILED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** The steps that an input waits for. */
    enum Stage {
        /** Usage, until it is in its context's total. */
        CONTEXTS,
        /** A hand-over of stage one, until it is in the totals of budget and component. */
        BUDGETS,
        /** A request, or usage handed over, until the ledger has decided or booked it. */
        LEDGER;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** The ledger's decisions but refusals, which have a code. */
    enum Decision {
        BUDGET_DEFINED,
        POLICY_DEFINED,
        GRANTED,
        RELEASED,
        /** Made again, and the first decision stands. */
        REPEATED;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        /** The name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /** Records added to the totals. */
    long counted();

    /** Those of them whose price is not known. */
    long unpriced();

    /** Those of them that are charged as standard, nobody having a rate of their service tier. */
    long estimated();

    /** Records whose id had been counted with the same content. */
    long duplicates();

    /** Records sent on to their context's partition. */
    long strays();

    /** Records, hand-overs excepted, that were read again after offsets were lost, and skipped. */
    long skipped(App app);

    /** Records sent to the dead letters by an application. */
    long deadLetters(App app, DeadLetter.Reason reason);

    /** Decisions in the asker's favour. */
    long decisions(Decision decision);

    /** Refusals by their code. */
    long refusals(Refusal.RefusalCode code);

    /** Allocations that have ended so. */
    long ended(Allocation.AllocationState state);

    /** Tokens of granted allocations. */
    long tokensGranted();

    /** Tokens that ended allocations have returned to their budgets. */
    long tokensReturned();

    /** Open allocations of the budgets that this process decides about; not since its start. */
    long openAllocations();

    /** How old the oldest input of each commit was when it was committed, by broker append time. */
    Ages ages(Stage stage);

    /** Transactions that an application has committed. */
    long commits(App app);

    /** How long those commits took in all, nanoseconds, without the flush before each. */
    long commitNanos(App app);

    /** Where an application is. */
    State state(App app);

    /** Stream threads that died and were replaced. */
    long restarts(App app);

    /** How far behind the consumers of this process are; only partitions it has read lately. */
    List<Lag> lags();

    /** What is being restored. */
    Restoring restoring(App app);

    /**
     * A distribution of ages.
     *
     * @param boundsMs the buckets' upper bounds, inclusive, ascending, milliseconds
     * @param counts how many fell into each bucket alone; one more than bounds
     * @param sumMs all ages together, milliseconds
     */
    record Ages(List<Long> boundsMs, List<Long> counts, long sumMs) {
        public Ages {
            boundsMs = List.copyOf(boundsMs);
            counts = List.copyOf(counts);
        }
    }

    /**
     * How far behind the end of a partition a consumer is.
     *
     * @param records committed records that it has not fetched
     */
    record Lag(App app, String topic, int partition, long records) {}

    /**
     * What is being restored, and was.
     *
     * @param stores partitions of stores that are being restored
     * @param remaining changelog records that are left to them
     * @param restored changelog records restored since the start
     */
    record Restoring(int stores, long remaining, long restored) {}
}
