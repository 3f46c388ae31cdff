package tekton.budget.metering.figures;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

import tekton.budget.metering.query.MeteringFigures.Restoring;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How far an application is with restoring its stores. Any thread. */
public final class RestoreCounts implements StateRestoreListener {

    private final Map<TopicPartition, Under> under = new ConcurrentHashMap<>();
    private final LongAdder restored = new LongAdder();

    /** A changelog that is being read, from and to an offset. */
    private record Under(long next, long end) {
        long remaining() {
            return Math.max(0, end - next);
        }
    }

    Restoring restoring() {
        long remaining = 0;
        int stores = 0;
        for (Under one : under.values()) {
            stores++;
            remaining += one.remaining();
        }
        return new Restoring(stores, remaining, restored.sum());
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long from, long end) {
        under.put(changelog, new Under(from, end));
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long last, long records) {
        under.computeIfPresent(changelog, (_, one) -> new Under(last + 1, one.end()));
        restored.add(records);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long total) {
        under.remove(changelog);
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long total) {
        under.remove(changelog);
    }
}
