package tekton.budget.metering.topology;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the records that this process read, since its start. Any thread. A transaction
 * that is aborted and repeated counts here twice: these are gauges of work, not totals.
 *
 * @param <O> what can become of a record
 */
public class Counters<O extends Enum<O>> {

    private final Map<O, LongAdder> counts;

    protected Counters(Class<O> outcomes) {
        counts = new EnumMap<>(outcomes);
        for (O outcome : outcomes.getEnumConstants()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /** Notes one record. */
    public final void add(O outcome) {
        of(outcome).increment();
    }

    /** How many so far. */
    public final long count(O outcome) {
        return of(outcome).sum();
    }

    private LongAdder of(O outcome) {
        return Objects.requireNonNull(counts.get(outcome));
    }
}
