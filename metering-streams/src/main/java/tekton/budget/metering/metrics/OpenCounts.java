package tekton.budget.metering.metrics;

import io.micrometer.core.instrument.Counter;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a task has counted in the open transaction. The counters hear of it when that is committed;
 * a task that is made anew because it was aborted begins at nothing, and counts again what it reads
 * again. Of one stream thread.
 */
public final class OpenCounts {

    private final IdentityHashMap<Counter, long[]> open = new IdentityHashMap<>();

    /** Notes one. */
    public void add(Counter counter) {
        add(counter, 1);
    }

    /** Notes one of the counter of a key. */
    public <K> void add(Map<K, Counter> counters, K key) {
        add(Objects.requireNonNull(counters.get(key)));
    }

    /** Notes so many. */
    public void add(Counter counter, long more) {
        open.computeIfAbsent(counter, _ -> new long[1])[0] += more;
    }

    /** All so far is committed. */
    public void committed() {
        open.forEach(
                (counter, count) -> {
                    if (count[0] != 0) {
                        counter.increment((double) count[0]);
                        count[0] = 0;
                    }
                });
    }
}
