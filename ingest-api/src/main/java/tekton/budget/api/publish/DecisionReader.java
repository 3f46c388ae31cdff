package tekton.budget.api.publish;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.Decision;
import tekton.budget.serde.LedgerCodec;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Reads every committed decision and hands those that somebody waits for to the one who waits.
 *
 * <p>Every instance reads all partitions, without a group: a decision may be made anywhere, and the
 * one who waits is here. Nothing from before {@link #open} is read.
 */
final class DecisionReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionReader.class);

    private static final Duration KAFKA_WAIT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(250);

    private final Map<String, CompletableFuture<Decision>> waiting = new ConcurrentHashMap<>();
    private final Supplier<KafkaConsumer<byte[], byte[]>> consumers;
    private volatile boolean closing;
    private volatile boolean failing;
    private volatile @Nullable Running running;

    private record Running(KafkaConsumer<byte[], byte[]> consumer, Thread thread) {}

    DecisionReader(String bootstrapServers) {
        this(
                () ->
                        new KafkaConsumer<>(
                                configuration(bootstrapServers),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer()));
    }

    DecisionReader(Supplier<KafkaConsumer<byte[], byte[]>> consumers) {
        this.consumers = consumers;
    }

    /**
     * Stands at the present end of every partition, and reads on from there in the background.
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
                Thread.ofPlatform().daemon().name("decisions").unstarted(() -> read(consumer));
        running = new Running(consumer, thread);
        thread.start();
    }

    /** True while decisions are read: for ever, unless an {@link Error} has ended it. */
    boolean isOpen() {
        Running reading = running;
        return reading != null && reading.thread().isAlive();
    }

    /** True when decisions could not be read the last time. */
    boolean isFailing() {
        return failing;
    }

    /** From now on the decision about a request completes the future. */
    void await(String requestId, CompletableFuture<Decision> decision) {
        waiting.put(requestId, decision);
    }

    /** Nobody waits for that decision any more. */
    void forget(String requestId) {
        waiting.remove(requestId);
    }

    /** How many decisions are waited for. */
    int waitingCount() {
        return waiting.size();
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

    private static void standAtTheEnd(KafkaConsumer<byte[], byte[]> consumer) {
        List<PartitionInfo> found = consumer.partitionsFor(Topics.DECISIONS.name(), KAFKA_WAIT);
        if (found == null || found.isEmpty()) {
            throw new KafkaException(Topics.DECISIONS.name() + ": no such topic yet");
        }
        List<TopicPartition> all =
                found.stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        // Seeking is lazy: a request may only be written once the place is known.
        all.forEach(partition -> consumer.position(partition, KAFKA_WAIT));
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        try (consumer) {
            while (!closing) {
                try {
                    consumer.poll(POLL).forEach(this::hand);
                    failing = false;
                } catch (WakeupException stop) {
                    return;
                } catch (RuntimeException e) {
                    // Whatever it is: without this thread nobody hears of any decision.
                    if (!failing) {
                        LOG.warn("Decisions cannot be read; trying on", e);
                    }
                    failing = true;
                    Thread.sleep(AFTER_FAILURE);
                }
            }
        } catch (InterruptedException stop) {
            LOG.debug("stopped", stop);
        } catch (Error fatal) {
            LOG.error("Decisions are not read any more; only a restart cures that", fatal);
            throw fatal;
        }
    }

    private void hand(ConsumerRecord<byte[], byte[]> decided) {
        if (decided.key() == null || decided.value() == null || waiting.isEmpty()) {
            return;
        }
        // Most are of other instances: the key tells without reading the decision.
        CompletableFuture<Decision> waiter =
                waiting.get(new String(decided.key(), StandardCharsets.UTF_8));
        if (waiter == null) {
            return;
        }
        try {
            LedgerEvent event = LedgerCodec.readEvent(decided.value());
            if (event instanceof Decision decision) {
                waiter.complete(decision);
            }
        } catch (RuntimeException unreadable) {
            // The next of the same poll are other people's.
            LOG.error(
                    "{}-{} at {}: not handed to the one who waits",
                    decided.topic(),
                    decided.partition(),
                    decided.offset(),
                    unreadable);
        }
    }

    static Map<String, Object> configuration(String bootstrapServers) {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.CLIENT_ID_CONFIG,
                "budget-decisions",
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
