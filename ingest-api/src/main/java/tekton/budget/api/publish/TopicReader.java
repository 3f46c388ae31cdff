package tekton.budget.api.publish;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.topic.Topic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads a whole topic in a thread of its own, without a group, and hands on every record that is
 * committed.
 */
final class TopicReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);

    private static final Duration KAFKA_WAIT = Duration.ofSeconds(2);
    private static final Duration READ_WAIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(250);

    private final Topic topic;
    private final From from;
    private final Supplier<KafkaConsumer<byte[], byte[]>> consumers;
    private final Consumer<ConsumerRecord<byte[], byte[]>> taker;
    private volatile boolean closing;
    private volatile boolean failing;
    private volatile @Nullable Running running;

    /** Where the reading begins. */
    enum From {
        /** With the first record that there is. */
        BEGINNING,
        /** Behind the last one: nothing from before {@link #open} is read. */
        END
    }

    private record Running(KafkaConsumer<byte[], byte[]> consumer, Thread thread) {}

    /**
     * A reader that has not begun.
     *
     * @param consumers makes the consumer, as {@link #configuration} says
     * @param taker takes the records, in the order of each partition, one at a time
     */
    TopicReader(
            Topic topic,
            From from,
            Supplier<KafkaConsumer<byte[], byte[]>> consumers,
            Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        this.topic = topic;
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
    synchronized void open() {
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
        Thread thread =
                Thread.ofPlatform().daemon().name(topic.name()).unstarted(() -> read(consumer));
        running = new Running(consumer, thread);
        thread.start();
    }

    /** True while the topic is read: for ever, unless an {@link Error} has ended it. */
    boolean isOpen() {
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
        List<PartitionInfo> found = consumer.partitionsFor(topic.name(), KAFKA_WAIT);
        if (found == null || found.isEmpty()) {
            throw new KafkaException(topic.name() + ": no such topic yet");
        }
        List<TopicPartition> all =
                found.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
        consumer.assign(all);
        if (from == From.END) {
            consumer.seekToEnd(all);
            // Seeking is lazy: a request may only be written once the place is known.
            all.forEach(partition -> consumer.position(partition, KAFKA_WAIT));
            return;
        }
        consumer.seekToBeginning(all);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all, KAFKA_WAIT);
        long deadline = System.nanoTime() + READ_WAIT.toNanos();
        while (all.stream()
                .anyMatch(p -> consumer.position(p, KAFKA_WAIT) < ends.getOrDefault(p, 0L))) {
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException(topic.name() + ": not read to its end in time");
            }
            consumer.poll(AFTER_FAILURE).forEach(taker);
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        try (consumer) {
            while (!closing) {
                try {
                    consumer.poll(POLL).forEach(taker);
                    failing = false;
                } catch (WakeupException stop) {
                    return;
                } catch (RuntimeException e) {
                    // Whatever it is: without this thread nobody hears of anything any more.
                    if (!failing) {
                        LOG.warn("{} cannot be read; trying on", topic.name(), e);
                    }
                    failing = true;
                    Thread.sleep(AFTER_FAILURE);
                }
            }
        } catch (InterruptedException stop) {
            LOG.debug("stopped", stop);
        } catch (Error fatal) {
            LOG.error("{} is not read any more; only a restart cures that", topic.name(), fatal);
            throw fatal;
        }
    }

    /** How the consumer of such a reader is made. */
    static Map<String, Object> configuration(String bootstrapServers, String clientId, From from) {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.CLIENT_ID_CONFIG,
                clientId,
                // What is not committed may be decided differently the next time.
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                from == From.END ? "latest" : "earliest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                500);
    }
}
