package tekton.budget.metering.ledger.topology;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many allocations are open in the partitions that this process decides about. Any thread. */
public final class OpenAllocations {

    private final Map<Integer, Long> byPartition = new ConcurrentHashMap<>();

    /** In all partitions together. */
    public long count() {
        return byPartition.values().stream().mapToLong(Long::longValue).sum();
    }

    /** So many are open in a partition. */
    void put(int partition, long count) {
        byPartition.put(partition, count);
    }

    /** Others decide there now. */
    void remove(int partition) {
        byPartition.remove(partition);
    }
}
