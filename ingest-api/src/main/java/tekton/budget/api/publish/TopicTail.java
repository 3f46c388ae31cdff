package tekton.budget.api.publish;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.topic.Topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads every committed record of some topics, from their present ends on, and hands it to one
 * listener. All partitions and no group: what is written anywhere is heard here.
 */
public final class TopicTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);

    private static final Duration KAFKA_WAIT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(250);

    private final String name;
    private final List<Topic> topics;
    private final Supplier<KafkaConsumer<byte[], byte[]>> consumers;
    private final Listener listener;
    private volatile boolean closing;
    private volatile boolean failing;
    private volatile @Nullable Running running;

    private record Running(KafkaConsumer<byte[], byte[]> consumer, Thread thread) {}

    /** What becomes of what is read; called by one thread after another, never by two at a time. */
    public interface Listener {

        /** How many records before the end are wanted too; 0 for none. */
        default long lookBack(TopicPartition partition) {
            return 0;
        }

        /**
         * A partition is going to be read; again, if opening fails behind it.
         *
         * @param from the offset of the first record that may come
         * @param end the present end: records from there on are new
         */
        default void begins(TopicPartition partition, long from, long end) {}

        /** What one fetch has brought, at least one record. An exception loses the rest of it. */
        void read(ConsumerRecords<byte[], byte[]> records);
    }

    /**
     * A tail that is not open yet.
     *
     * @param name what is read, for the log and the names of thread and client
     */
    public TopicTail(String name, List<Topic> topics, String bootstrapServers, Listener listener) {
        this(name, topics, consumers(name, bootstrapServers), listener);
    }

    TopicTail(
            String name,
            List<Topic> topics,
            Supplier<KafkaConsumer<byte[], byte[]>> consumers,
            Listener listener) {
        this.name = name;
        this.topics = List.copyOf(topics);
        this.consumers = consumers;
        this.listener = listener;
    }

    /**
     * Stands at the present end of every partition, or as far before it as the listener wants, and
     * reads on from there in the background.
     *
     * @throws KafkaException if Kafka or a topic is not there within seconds; call again
     */
    public synchronized void open() {
        if (running != null || closing) {
            return;
        }
        KafkaConsumer<byte[], byte[]> consumer = consumers.get();
        boolean positioned = false;
        try {
            position(consumer);
            positioned = true;
        } finally {
            if (!positioned) {
                consumer.close();
            }
        }
        Thread thread = Thread.ofPlatform().daemon().name(name).unstarted(() -> read(consumer));
        running = new Running(consumer, thread);
        thread.start();
    }

    /** True while records are read: for ever, unless an {@link Error} has ended it. */
    public boolean isOpen() {
        Running reading = running;
        return reading != null && reading.thread().isAlive();
    }

    /** True when nothing could be read the last time. */
    public boolean isFailing() {
        return failing;
    }

    @Override
    public synchronized void close() {
        closing = true;
        Running ending = running;
        if (ending == null) {
            return;
        }
        ending.consumer().wakeup();
        try {
            ending.thread().join(KAFKA_WAIT);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private void position(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> all = new ArrayList<>();
        for (Topic topic : topics) {
            List<PartitionInfo> found = consumer.partitionsFor(topic.name(), KAFKA_WAIT);
            if (found == null || found.isEmpty()) {
                throw new KafkaException(topic.name() + ": no such topic yet");
            }
            found.forEach(p -> all.add(new TopicPartition(p.topic(), p.partition())));
        }
        consumer.assign(all);
        consumer.seekToEnd(all);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all, KAFKA_WAIT);
        for (TopicPartition partition : all) {
            // Seeking is lazy: what is written from now on may only be missed once this is known.
            long end = consumer.position(partition, KAFKA_WAIT);
            long from =
                    Math.max(
                            beginnings.getOrDefault(partition, 0L),
                            end - listener.lookBack(partition));
            if (from < end) {
                consumer.seek(partition, from);
            }
            listener.begins(partition, from, end);
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        try (consumer) {
            while (!closing) {
                try {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                    if (!records.isEmpty()) {
                        listener.read(records);
                    }
                    failing = false;
                } catch (WakeupException stop) {
                    return;
                } catch (RuntimeException e) {
                    // Whatever it is: without this thread nobody hears of anything.
                    if (!failing) {
                        LOG.warn("{} cannot be read; trying on", name, e);
                    }
                    failing = true;
                    Thread.sleep(AFTER_FAILURE);
                }
            }
        } catch (InterruptedException stop) {
            LOG.debug("stopped", stop);
        } catch (Error fatal) {
            LOG.error("{}: not read any more; only a restart cures that", name, fatal);
            throw fatal;
        }
    }

    static Supplier<KafkaConsumer<byte[], byte[]>> consumers(String name, String bootstrapServers) {
        return () ->
                new KafkaConsumer<>(
                        configuration(name, bootstrapServers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
    }

    private static Map<String, Object> configuration(String name, String bootstrapServers) {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.CLIENT_ID_CONFIG,
                "budget-" + name,
                // What is not committed may be decided differently the next time.
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "latest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                500);
    }
}
