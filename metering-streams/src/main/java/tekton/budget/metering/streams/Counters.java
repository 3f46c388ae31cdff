package tekton.budget.metering.streams;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the records that this process read, since its start; told by {@link OpenCounts}
 * when it is committed. Any thread.
 *
 * @param <O> what can become of a record
 */
public class Counters<O extends Enum<O>> {

    private final Map<O, LongAdder> counts;

    public Counters(Class<O> outcomes) {
        counts = new EnumMap<>(outcomes);
        for (O outcome : outcomes.getEnumConstants()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /** Notes so many more. */
    public final void add(O outcome, long more) {
        of(outcome).add(more);
    }

    /** How many so far. */
    public final long count(O outcome) {
        return of(outcome).sum();
    }

    /** What is counted. */
    public final Set<O> outcomes() {
        return Collections.unmodifiableSet(counts.keySet());
    }

    private LongAdder of(O outcome) {
        return Objects.requireNonNull(counts.get(outcome));
    }
}
