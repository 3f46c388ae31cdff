package tekton.budget.metering.store;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

import tekton.budget.event.TotalsFeed.Progress;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * How far in each partition of the usage topic a task's state is, which learns of usage by
 * hand-over: kept with the state and shown on the board. Belongs to one task.
 */
public final class UsageProgress {

    private final KeyValueStore<Bytes, byte[]> store;
    private final ProgressBoard board;
    private final int task;
    private final Map<Integer, Long> changed = new HashMap<>();

    /** Shows what the store knew before this start. */
    public UsageProgress(KeyValueStore<Bytes, byte[]> store, ProgressBoard board, int task) {
        this.store = store;
        this.board = board;
        this.task = task;
        board.usageOpened(task);
        try (var kept = store.range(StoreKeys.progress(0), StoreKeys.lastProgress())) {
            kept.forEachRemaining(
                    entry ->
                            board.usageReached(
                                    task,
                                    StoreKeys.usagePartitionOf(entry.key),
                                    ByteBuffer.wrap(entry.value).getLong()));
        }
        board.changed();
    }

    /** The task ends. */
    public void close() {
        board.usageClosed(task);
    }

    /** Notes a progress that has been read. */
    public void read(Progress progress) {
        changed.put(progress.partition(), progress.offset());
    }

    /** Writes what was noted, and shows it; part of every commit, behind all that it speaks of. */
    public void save() {
        changed.forEach(
                (partition, offset) -> {
                    store.put(
                            StoreKeys.progress(partition),
                            ByteBuffer.allocate(Long.BYTES).putLong(offset).array());
                    board.usageReached(task, partition, offset);
                });
        changed.clear();
    }
}
