package tekton.budget.kafka.shard;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Partitions that hold a state, read from their beginning to their end, and on whenever that is
 * asked for. For one thread.
 */
public final class StateLog implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final Collection<TopicPartition> partitions;
    private final Duration timeout;
    private final java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each;
    private final Map<TopicPartition, Long> expected = new HashMap<>();

    /**
     * A log that has read nothing yet.
     *
     * @param consumer a committed reader in no group; closed with the log
     * @param timeout how long reading to the end may take
     * @param each takes every record, in the order of its partition
     */
    public StateLog(
            Consumer<byte[], byte[]> consumer,
            Collection<TopicPartition> partitions,
            Duration timeout,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        this.consumer = consumer;
        this.partitions = partitions;
        this.timeout = timeout;
        this.each = each;
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** From now on the log is not read to its end before this record of it is read. */
    public void expect(RecordMetadata written) {
        expect(new TopicPartition(written.topic(), written.partition()), written.offset() + 1);
    }

    /** The same for everything before an offset. A partition of others is ignored. */
    public void expect(TopicPartition partition, long end) {
        if (partitions.contains(partition)) {
            expected.merge(partition, end, Math::max);
        }
    }

    /**
     * Reads to what is the end now; of a topic that transactions write, to the first that is open.
     * What has been committed a moment ago may still look open: hence {@link #expect}.
     *
     * @return where each partition has been read to at least
     * @throws TimeoutException if that takes too long
     */
    public Map<TopicPartition, Long> readOn() {
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions, timeout));
        expected.forEach((partition, end) -> ends.merge(partition, end, Math::max));
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey(), timeout) >= end.getValue())) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(ends.keySet() + ": not read to their ends in time");
            }
            consumer.poll(POLL).forEach(each);
        }
        return ends;
    }

    /** True when a record that is expected has not been read yet. */
    boolean isBehind() {
        return expected.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey(), timeout) < end.getValue());
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
}
