package tekton.budget.metering.topology;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the records that this process read, since its start. Any thread. A transaction
 * that is aborted and repeated counts here twice: these are gauges of work, not totals.
 */
public final class MeteringCounters {

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

    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

    public MeteringCounters() {
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /** Notes one record. */
    void add(Outcome outcome) {
        of(outcome).increment();
    }

    /** How many so far. */
    public long count(Outcome outcome) {
        return of(outcome).sum();
    }

    private LongAdder of(Outcome outcome) {
        return Objects.requireNonNull(counts.get(outcome));
    }
}
