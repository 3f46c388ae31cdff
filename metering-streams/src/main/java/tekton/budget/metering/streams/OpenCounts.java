package tekton.budget.metering.streams;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a task has counted in the open transaction. The counters hear of it when that is committed;
 * a task that is made anew because it was aborted begins at nothing, and counts again what it reads
 * again. Of one stream thread; nothing is allocated.
 *
 * @param <O> what can become of a record
 */
public final class OpenCounts<O extends Enum<O>> {

    private final Counters<O> counters;
    private final Map<O, long[]> open;

    public OpenCounts(Counters<O> counters, Class<O> outcomes) {
        this.counters = counters;
        open = new EnumMap<>(outcomes);
        counters.outcomes().forEach(outcome -> open.put(outcome, new long[1]));
    }

    /** Notes one. */
    public void add(O outcome) {
        add(outcome, 1);
    }

    /** Notes so many. */
    public void add(O outcome, long more) {
        Objects.requireNonNull(open.get(outcome))[0] += more;
    }

    /** All so far is committed. */
    public void committed() {
        open.forEach(
                (outcome, count) -> {
                    if (count[0] != 0) {
                        counters.add(outcome, count[0]);
                        count[0] = 0;
                    }
                });
    }
}
