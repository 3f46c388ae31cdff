package tekton.budget.api.publish;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads whole topics in a thread of its own, without a group, and hands on every record that is
 * committed.
 */
public final class TopicReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);

    private static final Duration KAFKA_WAIT = Duration.ofSeconds(2);
    private static final Duration READ_WAIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(250);

    private final List<Topic> topics;
    private final String name;
    private final From from;
    private final Supplier<KafkaConsumer<byte[], byte[]>> consumers;
    private final Taker taker;
    private volatile boolean closing;
    private volatile boolean failing;
    private volatile @Nullable Running running;

    /** Where the reading begins. */
    public enum From {
        /** With the first record that there is. */
        BEGINNING,
        /** Behind the last one: nothing from before {@link #open} is read. */
        END
    }

    /** What becomes of the records: in the order of each partition, one at a time. */
    @FunctionalInterface
    public interface Taker {

        /** How many records before the end are wanted too, where reading begins at the end. */
        default long lookBack(TopicPartition partition) {
            return 0;
        }

        /**
         * A partition is read from its end, or from before it; said again, if opening fails after
         * this.
         *
         * @param from the offset of the first record that may come
         * @param end the present end: records from there on are new
         */
        default void begins(TopicPartition partition, long from, long end) {}

        /** Takes a record. */
        void take(ConsumerRecord<byte[], byte[]> record);

        /** All that has come in one fetch has been taken. */
        default void taken() {}
    }

    private record Running(KafkaConsumer<byte[], byte[]> consumer, Thread thread) {}

    /**
     * A reader that has not begun.
     *
     * @param consumers makes the consumer, as {@link #configuration} says
     */
    public TopicReader(
            List<Topic> topics,
            From from,
            Supplier<KafkaConsumer<byte[], byte[]>> consumers,
            Taker taker) {
        this.topics = List.copyOf(topics);
        name = topics.stream().map(Topic::name).collect(Collectors.joining(" "));
        this.from = from;
        this.consumers = consumers;
        this.taker = taker;
    }

    /**
     * Stands at the present end of every partition, having read what it was to read before, and
     * reads on from there in the background.
     *
     * @throws KafkaException if Kafka or the topic is not there within seconds; call again
     */
    public synchronized void open() {
        if (running != null) {
            return;
        }
        KafkaConsumer<byte[], byte[]> consumer = consumers.get();
        boolean positioned = false;
        try {
            standAtTheEnd(consumer);
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

    /** True while the topic is read: for ever, unless an {@link Error} has ended it. */
    public boolean isOpen() {
        Running reading = running;
        return reading != null && reading.thread().isAlive();
    }

    /** True when the topic could not be read the last time. */
    boolean isFailing() {
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

    private void standAtTheEnd(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> all = new ArrayList<>();
        for (Topic topic : topics) {
            List<PartitionInfo> found = consumer.partitionsFor(topic.name(), KAFKA_WAIT);
            if (found == null || found.isEmpty()) {
                throw new KafkaException(topic.name() + ": no such topic yet");
            }
            found.forEach(p -> all.add(new TopicPartition(p.topic(), p.partition())));
        }
        consumer.assign(all);
        if (from == From.END) {
            standBeforeTheEnd(consumer, all);
            return;
        }
        consumer.seekToBeginning(all);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all, KAFKA_WAIT);
        long deadline = System.nanoTime() + READ_WAIT.toNanos();
        while (all.stream()
                .anyMatch(p -> consumer.position(p, KAFKA_WAIT) < ends.getOrDefault(p, 0L))) {
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException(name + ": not read to the end in time");
            }
            hand(consumer.poll(AFTER_FAILURE));
        }
    }

    private void standBeforeTheEnd(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> all) {
        consumer.seekToEnd(all);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all, KAFKA_WAIT);
        for (TopicPartition partition : all) {
            // Seeking is lazy: a request may only be written once the place is known.
            long end = consumer.position(partition, KAFKA_WAIT);
            long from =
                    Math.max(
                            beginnings.getOrDefault(partition, 0L),
                            end - taker.lookBack(partition));
            if (from < end) {
                consumer.seek(partition, from);
            }
            taker.begins(partition, from, end);
        }
    }

    private void hand(ConsumerRecords<byte[], byte[]> records) {
        if (!records.isEmpty()) {
            records.forEach(taker::take);
            taker.taken();
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        try (consumer) {
            while (!closing) {
                try {
                    hand(consumer.poll(POLL));
                    failing = false;
                } catch (WakeupException stop) {
                    return;
                } catch (RuntimeException e) {
                    // Whatever it is: without this thread nobody hears of anything any more.
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
            LOG.error("{} is not read any more; only a restart cures that", name, fatal);
            throw fatal;
        }
    }

    /** How the consumer of such a reader is made. */
    public static Map<String, Object> configuration(
            KafkaConnection kafka, String clientId, From from) {
        Map<String, Object> config = kafka.client();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        // What is not committed may be decided differently the next time.
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, from == From.END ? "latest" : "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return config;
    }
}
