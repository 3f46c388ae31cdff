package tekton.budget.metering.store;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * How far a task has read its partition of each input topic, kept with the task's own state. What
 * is at or below it was read before and is skipped, so that a consumer group whose offsets are
 * lost, or set back, counts nothing twice. The stores' changelogs are the books, not the group's
 * offsets.
 *
 * <p>Beside the offset stands the greatest append time so far, epoch milliseconds: arrival never
 * runs backwards, across restarts too.
 */
public final class ReachedOffsets {

    private static final int BYTES = 2 * Long.BYTES;

    private final KeyValueStore<Bytes, byte[]> store;
    private final Map<String, Long> offsets = new HashMap<>();
    private long arrivalMs = Long.MIN_VALUE;
    private boolean changed;

    /**
     * What a store says.
     *
     * @param topics the input topics
     */
    public ReachedOffsets(KeyValueStore<Bytes, byte[]> store, String... topics) {
        this.store = store;
        for (String topic : topics) {
            byte[] kept = store.get(StoreKeys.reached(topic));
            offsets.put(topic, kept == null ? -1L : ByteBuffer.wrap(kept).getLong());
            if (kept != null) {
                arrivalMs = Math.max(arrivalMs, ByteBuffer.wrap(kept).getLong(Long.BYTES));
            }
        }
    }

    /** The last offset read of a topic, -1 if none. */
    public long of(String topic) {
        return offsets.getOrDefault(topic, -1L);
    }

    /** Notes that a record has been read, whatever became of it. */
    public void read(String topic, long offset) {
        offsets.put(topic, offset);
        changed = true;
    }

    /** True when something is to be written since the last {@link #save}. */
    public boolean hasChanged() {
        return changed;
    }

    /** The arrival of a record with that append time: never less than the one before. */
    public long arrival(long appendTimeMs) {
        arrivalMs = Math.max(arrivalMs, appendTimeMs);
        return arrivalMs;
    }

    /** Notes that something was decided by the {@link #arrival} so far, without reading. */
    public void keepArrival() {
        changed = true;
    }

    /** Writes them all; part of every commit. */
    public void save() {
        changed = false;
        offsets.forEach(
                (topic, offset) -> {
                    if (offset >= 0) {
                        store.put(
                                StoreKeys.reached(topic),
                                ByteBuffer.allocate(BYTES)
                                        .putLong(offset)
                                        .putLong(arrivalMs)
                                        .array());
                    }
                });
    }
}
