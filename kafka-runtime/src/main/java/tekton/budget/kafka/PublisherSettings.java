package tekton.budget.kafka;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.util.Map;

/**
 * How records are sent.
 *
 * @param topic where to
 * @param clientId what the producer calls itself
 * @param kafka where Kafka is
 * @param bytesInFlightMax the most bytes sent and not yet acknowledged, 1 MiB to 1 GiB
 * @param deliveryTimeout after which a send has failed, at least 1 s
 * @param lingerMs how long a record waits for company
 */
public record PublisherSettings(
        Topic topic,
        String clientId,
        KafkaConnection kafka,
        int bytesInFlightMax,
        Duration deliveryTimeout,
        int lingerMs) {

    /** The most usage bytes in flight unless set otherwise. */
    public static final int BYTES_IN_FLIGHT_DEFAULT = 32 * 1024 * 1024;

    /** The bounds of what may be in flight at most. */
    public static final int BYTES_IN_FLIGHT_MIN = 1 << 20;

    public static final int BYTES_IN_FLIGHT_MAX = 1 << 30;

    /** Requests are few and small: whoever sends one waits for its decision. */
    private static final int REQUEST_BYTES_IN_FLIGHT = 8 * 1024 * 1024;

    /**
     * Two wait longer than 64 callers need to fill a request; none makes the broker and the
     * compression pay for requests of few records.
     */
    private static final int USAGE_LINGER_MS = 1;

    private static final int BATCH_BYTES = 128 * 1024;

    /** Room for batches that are closed before they are full: in each, at most half is wasted. */
    private static final int PARTLY_FILLED_BYTES = 16 * 1024 * 1024;

    public PublisherSettings {
        if (bytesInFlightMax < BYTES_IN_FLIGHT_MIN || bytesInFlightMax > BYTES_IN_FLIGHT_MAX) {
            throw new IllegalArgumentException(
                    "in-flight bytes: %d (expected: %d to %d)"
                            .formatted(bytesInFlightMax, BYTES_IN_FLIGHT_MIN, BYTES_IN_FLIGHT_MAX));
        }
        if (deliveryTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "delivery timeout: %s (expected: at least 1 s)".formatted(deliveryTimeout));
        }
    }

    /**
     * How usage is sent: many records, so each waits a moment for others.
     *
     * @param deliveryTimeout how long a reporter waits for the acknowledgement
     */
    public static PublisherSettings usage(
            KafkaConnection kafka, int bytesInFlightMax, Duration deliveryTimeout) {
        return new PublisherSettings(
                Topics.USAGE_REPORTED,
                "budget-ingest",
                kafka,
                bytesInFlightMax,
                deliveryTimeout,
                USAGE_LINGER_MS);
    }

    /**
     * How requests to the ledger are sent: at once, because somebody waits for the decision.
     *
     * @param timeout how long that is
     */
    public static PublisherSettings requests(KafkaConnection kafka, Duration timeout) {
        return requests(Topics.REQUESTS, "budget-requests", kafka, timeout);
    }

    /**
     * How requests to the price poller are sent.
     *
     * @param timeout how long somebody waits for an answer
     */
    public static PublisherSettings priceRequests(KafkaConnection kafka, Duration timeout) {
        return requests(Topics.PRICE_REQUESTS, "budget-price-requests", kafka, timeout);
    }

    /**
     * How requests to alerting are sent.
     *
     * @param timeout how long Kafka may take to acknowledge one
     */
    public static PublisherSettings alertRequests(KafkaConnection kafka, Duration timeout) {
        return requests(Topics.ALERT_REQUESTS, "budget-alert-requests", kafka, timeout);
    }

    /** How administrative acts are written down: few, and nobody waits. */
    public static PublisherSettings audit(KafkaConnection kafka, Duration deliveryTimeout) {
        return requests(Topics.AUDIT, "budget-audit", kafka, deliveryTimeout);
    }

    /**
     * How usage is sent that comes from topics of others: in an own stream, so that a backlog of
     * theirs does not turn reporters away.
     */
    public static PublisherSettings foreignUsage(KafkaConnection kafka, Duration deliveryTimeout) {
        return new PublisherSettings(
                Topics.USAGE_REPORTED,
                "budget-foreign-usage",
                kafka,
                REQUEST_BYTES_IN_FLIGHT,
                deliveryTimeout,
                USAGE_LINGER_MS);
    }

    /** How records of topics of others are sent that cannot count. */
    public static PublisherSettings foreignDeadLetters(
            KafkaConnection kafka, Duration deliveryTimeout) {
        return requests(Topics.DEAD_LETTERS, "budget-foreign-dead-letters", kafka, deliveryTimeout);
    }

    private static PublisherSettings requests(
            Topic topic, String clientId, KafkaConnection kafka, Duration timeout) {
        Duration least = Duration.ofSeconds(1);
        return new PublisherSettings(
                topic,
                clientId,
                kafka,
                REQUEST_BYTES_IN_FLIGHT,
                timeout.compareTo(least) < 0 ? least : timeout,
                0);
    }

    Map<String, Object> producer() {
        int deliveryMs = Math.toIntExact(deliveryTimeout.toMillis());
        Map<String, Object> config = kafka.client();
        config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.LINGER_MS_CONFIG, lingerMs);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        // A leader that does not know this producer yet accepts any sequence number as the first.
        // With several requests on the way it may turn the first down (not the leader yet) and take
        // the second; every retry of the first is then out of order until it times out. Seen on a
        // topic made a moment before. One request at a time costs nothing: it carries a batch for
        // each partition, and fuller ones.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMs);
        config.put(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(4_000, deliveryMs - lingerMs));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        // Our own bound refuses earlier, so that a send never waits for memory.
        config.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * bytesInFlightMax + PARTLY_FILLED_BYTES);
        // By default the topic is forgotten after five idle minutes, and the next send would wait
        // for it; with Kafka away, for the whole of max.block.ms.
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(365).toMillis());
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return config;
    }
}
