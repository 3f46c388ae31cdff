package tekton.budget.poller.publish;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

import tekton.budget.topic.Topic;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A topic of one partition, read from its beginning, and on whenever that is asked for. */
final class WholeTopic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Entries entries;
    private long expected;

    /** Takes what a topic says, in its order. */
    @FunctionalInterface
    interface Entries {
        /**
         * The value of a key from now on.
         *
         * @param value null when the key is over
         * @throws IllegalArgumentException if it cannot be read
         */
        void put(String key, byte @Nullable [] value);
    }

    WholeTopic(Consumer<byte[], byte[]> consumer, Topic topic, Entries entries) {
        this.consumer = consumer;
        this.entries = entries;
        partition = new TopicPartition(topic.name(), 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /** From now on it is not read to its end before this record of it is read. */
    void expect(long offset) {
        expected = Math.max(expected, offset + 1);
    }

    /**
     * Reads to what is the end now; of a topic that transactions write, to the first that is open.
     * What has been committed a moment ago may still look open: hence {@link #expect}.
     *
     * @throws TimeoutException if that takes too long
     */
    void readOn() {
        long end =
                Math.max(
                        expected,
                        consumer.endOffsets(List.of(partition), PATIENCE)
                                .getOrDefault(partition, 0L));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (consumer.position(partition, PATIENCE) < end) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(partition + ": not read to its end in time");
            }
            consumer.poll(POLL).forEach(this::apply);
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        try {
            entries.put(new String(record.key(), StandardCharsets.UTF_8), record.value());
        } catch (IllegalArgumentException unreadable) {
            // Written by somebody else; whoever reads prices says so in its log.
            PollerLoop.LOG.debug("{} at {}", partition, record.offset(), unreadable);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_PATIENCE));
    }
}
