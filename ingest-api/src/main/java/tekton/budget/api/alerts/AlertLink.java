package tekton.budget.api.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertRequest;
import tekton.budget.alert.Channel;
import tekton.budget.api.publish.TopicReader;
import tekton.budget.codec.AlertCodec;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Reads what alerting writes into a book, and writes what alerting is asked for. Connects in the
 * background, and again after a failure; until it has read everything there is, {@link #isOpen} is
 * false.
 */
public final class AlertLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AlertLink.class);

    private static final List<Topic> READ =
            List.of(Topics.EVENTS, Topics.ALERT_OUTCOMES, Topics.ALERT_CHANNELS);

    private static final Duration KAFKA_WAIT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

    private final AlertBook book = new AlertBook();
    private final KafkaConnection kafka;
    private final Duration patience;
    private final Thread thread;
    private final DeliveryCounts deliveries = new DeliveryCounts();

    /** What is new in each partition of outcomes begins there; of the reading thread. */
    private final Map<TopicPartition, Long> newFrom = new HashMap<>();

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> reading;
    private volatile @Nullable Writing writing;

    private record Writing(KafkaProducer<byte[], byte[]> producer, int partitions) {}

    /**
     * A link.
     *
     * @param patience how long Kafka may take to acknowledge a request
     */
    public AlertLink(KafkaConnection kafka, Duration patience) {
        this.kafka = kafka;
        this.patience = patience;
        thread = Thread.ofPlatform().daemon().name("alerts").unstarted(this::work);
    }

    /** Begins to connect, and returns. Once. */
    public void start() {
        thread.start();
    }

    /** What became of deliveries since this began to read. */
    public DeliveryCounts deliveries() {
        return deliveries;
    }

    AlertBook book() {
        return book;
    }

    /** True once all that there was has been read, and requests can be written. */
    boolean isOpen() {
        return writing != null;
    }

    /** How many partitions there are, each with its own budgets. */
    int partitions() {
        Writing open = writing;
        return open == null ? 0 : open.partitions();
    }

    /**
     * Writes a request; its answer comes into the book.
     *
     * @throws KafkaException if Kafka does not take it
     */
    void send(AlertRequest request, int partition) {
        Writing open = writing;
        if (open == null) {
            throw new KafkaException("not open");
        }
        // Whether it was written, its answer tells.
        Future<RecordMetadata> _ =
                open.producer()
                        .send(
                                new ProducerRecord<>(
                                        Topics.ALERT_REQUESTS.name(),
                                        partition,
                                        request.requestId().getBytes(UTF_8),
                                        AlertCodec.write(request)));
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            // Not an interrupt: that would also break off the closing of the consumer.
            consumer.wakeup();
        }
        try {
            thread.join(KAFKA_WAIT);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        Writing open = writing;
        if (open != null) {
            open.producer().close(KAFKA_WAIT);
        }
    }

    private void work() {
        boolean said = false;
        while (!isClosing()) {
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(
                            readerConfig(),
                            new ByteArrayDeserializer(),
                            new ByteArrayDeserializer())) {
                reading = consumer;
                read(consumer);
            } catch (WakeupException | InterruptException stop) {
                return;
            } catch (RuntimeException e) {
                if (!said) {
                    LOG.info("Alerts cannot be read yet; trying on: {}", e.toString());
                }
                said = true;
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> all = new ArrayList<>();
        int partitions = 0;
        for (Topic topic : READ) {
            List<PartitionInfo> found = consumer.partitionsFor(topic.name(), KAFKA_WAIT);
            if (found == null || found.isEmpty()) {
                throw new KafkaException(topic.name() + ": no such topic yet");
            }
            found.forEach(info -> all.add(new TopicPartition(info.topic(), info.partition())));
            partitions = Math.max(partitions, found.size());
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
        Map<TopicPartition, Long> missing = new HashMap<>(consumer.endOffsets(all, KAFKA_WAIT));
        // Reading again after a failure is nothing new.
        missing.forEach(newFrom::putIfAbsent);
        while (!isClosing()) {
            consumer.poll(missing.isEmpty() ? POLL : Duration.ofMillis(50)).forEach(this::take);
            missing.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            if (missing.isEmpty() && writing == null) {
                writing =
                        new Writing(
                                new KafkaProducer<>(
                                        writerConfig(),
                                        new ByteArraySerializer(),
                                        new ByteArraySerializer()),
                                partitions);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> found) {
        try {
            if (found.value() == null) {
                if (found.topic().equals(Topics.ALERT_CHANNELS.name())) {
                    book.removeChannel(new String(found.key(), UTF_8));
                }
            } else if (found.topic().equals(Topics.EVENTS.name())) {
                book.put(AlertCodec.readEvent(found.value()), found.partition());
            } else if (found.topic().equals(Topics.ALERT_OUTCOMES.name())) {
                AlertOutcome outcome = AlertCodec.readOutcome(found.value());
                book.put(outcome);
                if (outcome instanceof AlertOutcome.Delivery delivery) {
                    count(delivery, found);
                }
            } else {
                book.put(AlertCodec.readRow(found.value(), Channel.class));
            }
        } catch (RuntimeException unreadable) {
            LOG.error(
                    "{}-{} at {}: not readable",
                    found.topic(),
                    found.partition(),
                    found.offset(),
                    unreadable);
        }
    }

    private void count(AlertOutcome.Delivery delivery, ConsumerRecord<byte[], byte[]> found) {
        TopicPartition partition = new TopicPartition(found.topic(), found.partition());
        if (found.offset() >= newFrom.getOrDefault(partition, Long.MAX_VALUE)) {
            newFrom.put(partition, found.offset() + 1);
            deliveries.attempted(
                    book.channel(delivery.channelId()).map(Channel::kind).orElse(null), delivery);
        }
        deliveries.stands(delivery);
    }

    /** False when it is to end. */
    private boolean pause() {
        try {
            return !closing.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            return false;
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private Map<String, Object> readerConfig() {
        return TopicReader.configuration(kafka, "budget-alerts", TopicReader.From.BEGINNING);
    }

    private Map<String, Object> writerConfig() {
        Map<String, Object> config = kafka.client();
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, "budget-alert-requests");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        int deliveryMs = Math.max(1_000, Math.toIntExact(patience.toMillis()));
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(4_000, deliveryMs));
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMs);
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return config;
    }
}
