package tekton.budget.kafka;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.Partitions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The one producer to a topic. Any thread.
 *
 * <p>What is sent and not yet acknowledged is bounded in bytes here, before Kafka's own buffer is
 * asked: that one blocks the sender, and with it every other request. Order of life: {@link #open}
 * until it succeeds, then {@link #offer}, then {@link #close}.
 */
public final class TopicPublisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicPublisher.class);

    /** What a record occupies beyond its key and value: the producer's bookkeeping and ours. */
    private static final int OVERHEAD_BYTES = 128;

    /** The producer ends every send by its delivery timeout; this is for one that does not. */
    private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration FAILURE_SHOWN = Duration.ofMinutes(1);

    private final PublisherSettings settings;
    private final LongConsumer acknowledgedNanos;
    private final Semaphore bytesLeft;
    private volatile @Nullable Connection connection;
    private volatile boolean failing;
    private volatile long failedAtNanos;

    /** A publisher whose acknowledgements nobody measures. */
    public TopicPublisher(PublisherSettings settings) {
        this(settings, _ -> {});
    }

    /**
     * A publisher.
     *
     * @param acknowledgedNanos hears of every acknowledged record how long that took since it was
     *     handed to the producer; on the producer's thread
     */
    public TopicPublisher(PublisherSettings settings, LongConsumer acknowledgedNanos) {
        this.settings = settings;
        this.acknowledgedNanos = acknowledgedNanos;
        bytesLeft = new Semaphore(settings.bytesInFlightMax());
    }

    /**
     * Connects and learns the topic's partition count, once and for all.
     *
     * @throws KafkaException if Kafka or the topic is not there within two seconds; call again
     */
    public synchronized void open() {
        if (connection != null) {
            return;
        }
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer());
        try {
            int partitions = producer.partitionsFor(settings.topic().name()).size();
            connection = new Connection(producer, partitions, brokersOf(producer));
        } finally {
            if (connection == null) {
                producer.close(Duration.ZERO);
            }
        }
    }

    /** How many partitions the topic has; 0 before {@link #open}. */
    public int partitions() {
        Connection open = connection;
        return open == null ? 0 : open.partitions();
    }

    /** True once {@link #open} has succeeded: a write may succeed. */
    public boolean isOpen() {
        return connection != null;
    }

    /**
     * True when the latest send that ended has failed, less than a minute ago: where little is
     * sent, nothing would say that it is over.
     */
    public boolean isFailing() {
        return failing && System.nanoTime() - failedAtNanos < FAILURE_SHOWN.toNanos();
    }

    /**
     * True while there is a connection to Kafka. Without one {@link #offer} may wait two seconds
     * for the topic's leaders, which the producer forgets when its last broker goes away.
     */
    public boolean isConnected() {
        Connection open = connection;
        return open != null && (double) open.brokers().metricValue() > 0;
    }

    /** How many bytes are sent and not acknowledged yet. */
    public int bytesInFlight() {
        return settings.bytesInFlightMax() - bytesLeft.availablePermits();
    }

    /** How many that may be. */
    public int bytesInFlightMax() {
        return settings.bytesInFlightMax();
    }

    /** How long to wait at most until a send is acknowledged or has failed. */
    public Duration outcomeTimeout() {
        return settings.deliveryTimeout().plus(END_TIMEOUT);
    }

    /**
     * Sends a record, or does nothing for want of room.
     *
     * @param key decides about the partition
     * @param value the record's bytes
     * @param timeout how long to wait for room; zero not at all
     * @param outcome told how it ended, if and only if this returns true
     * @return false if there was no room in time
     * @throws IllegalStateException if {@link #open} has not succeeded
     */
    public boolean offer(String key, byte[] value, Duration timeout, Acknowledgement outcome)
            throws InterruptedException {
        return offer(null, key, value, timeout, outcome);
    }

    /**
     * The same into a partition.
     *
     * @param partition the partition; null where the key decides
     */
    boolean offer(
            @Nullable Integer partition,
            String key,
            byte[] value,
            Duration timeout,
            Acknowledgement outcome)
            throws InterruptedException {
        Connection open = opened();
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        int into = partition == null ? Partitions.of(keyBytes, open.partitions()) : partition;
        return offer(
                open,
                new ProducerRecord<>(settings.topic().name(), into, keyBytes, value),
                keyBytes.length + value.length + OVERHEAD_BYTES,
                timeout,
                outcome);
    }

    /**
     * Sends a dead letter, or does nothing for want of room; to the one partition that they have.
     *
     * @param timeout how long to wait for room
     * @param outcome told how it ended, if and only if this returns true
     * @return false if there was no room in time
     * @throws IllegalStateException if {@link #open} has not succeeded
     */
    public boolean offer(DeadLetterParts letter, Duration timeout, Acknowledgement outcome)
            throws InterruptedException {
        return offer(0, letter.key(), letter.value(), letter.headers(), timeout, outcome);
    }

    /**
     * Sends the bytes of a record that was there before, or does nothing for want of room.
     *
     * @param partition where it stood
     * @param timeout how long to wait for room
     * @param outcome told how it ended, if and only if this returns true
     * @return false if there was no room in time
     * @throws IllegalStateException if {@link #open} has not succeeded
     */
    @SuppressWarnings("NullAway") // Kafka's records have null keys and values.
    public boolean offer(
            int partition,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            Duration timeout,
            Acknowledgement outcome)
            throws InterruptedException {
        int bytes = OVERHEAD_BYTES + length(key) + length(value);
        for (Header header : headers) {
            bytes += header.key().length() + length(header.value());
        }
        return offer(
                opened(),
                new ProducerRecord<>(settings.topic().name(), partition, null, key, value, headers),
                bytes,
                timeout,
                outcome);
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private Connection opened() {
        Connection open = connection;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        return open;
    }

    private boolean offer(
            Connection open,
            ProducerRecord<byte[], byte[]> record,
            int bytes,
            Duration timeout,
            Acknowledgement outcome)
            throws InterruptedException {
        if (!bytesLeft.tryAcquire(bytes)
                && (timeout.isZero()
                        || !bytesLeft.tryAcquire(
                                bytes, timeout.toMillis(), TimeUnit.MILLISECONDS))) {
            return false;
        }
        send(open, record, bytes, outcome);
        return true;
    }

    /** Waits a moment for what is in flight, then lets go of Kafka. */
    @Override
    public synchronized void close() {
        Connection closing = connection;
        if (closing != null) {
            closing.producer().close(CLOSE_TIMEOUT);
        }
    }

    private void send(
            Connection open,
            ProducerRecord<byte[], byte[]> record,
            int bytes,
            Acknowledgement outcome) {
        long began = System.nanoTime();
        Callback ended =
                (metadata, failure) -> {
                    bytesLeft.release(bytes);
                    tell(failure);
                    if (failure == null) {
                        acknowledgedNanos.accept(System.nanoTime() - began);
                        outcome.acknowledged(metadata.partition(), metadata.offset());
                    } else {
                        outcome.failed();
                    }
                };
        try {
            // The callback is told everything that the future would be.
            Future<RecordMetadata> _ = open.producer().send(record, ended);
        } catch (KafkaException | IllegalStateException neverSent) {
            // Thrown instead of told to the callback: a closed producer, an interrupted thread.
            bytesLeft.release(bytes);
            tell(neverSent);
            outcome.failed();
        }
    }

    /** Keeps whether sends fail, and logs when that changes: not each of thousands. */
    private void tell(@Nullable Exception failure) {
        boolean failed = failure != null;
        if (failed) {
            failedAtNanos = System.nanoTime();
        }
        if (failed != failing) {
            failing = failed;
            if (failed) {
                LOG.warn(
                        "Kafka does not take {}: {}",
                        settings.topic().name(),
                        String.valueOf(failure));
            } else {
                LOG.info("Kafka takes {} again", settings.topic().name());
            }
        }
    }

    private static Metric brokersOf(KafkaProducer<byte[], byte[]> producer) {
        return producer.metrics().entrySet().stream()
                .filter(
                        metric ->
                                metric.getKey().name().equals("connection-count")
                                        && metric.getKey().group().equals("producer-metrics"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    /**
     * What there is while it is open.
     *
     * @param brokers how many brokers it is connected to
     */
    private record Connection(
            KafkaProducer<byte[], byte[]> producer, int partitions, Metric brokers) {}
}
