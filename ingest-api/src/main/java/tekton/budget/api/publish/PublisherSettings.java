package tekton.budget.api.publish;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How usage is sent.
 *
 * @param bootstrapServers Kafka's addresses
 * @param bytesInFlightMax the most bytes sent and not yet acknowledged, 1 MiB to 1 GiB
 * @param deliveryTimeout after which a send has failed, at least 1 s
 */
public record PublisherSettings(
        String bootstrapServers, int bytesInFlightMax, Duration deliveryTimeout) {

    /** What is in flight at most unless set otherwise. */
    public static final int BYTES_IN_FLIGHT_DEFAULT = 32 * 1024 * 1024;

    private static final int BATCH_BYTES = 128 * 1024;

    /** Room for batches that are closed before they are full: in each, at most half is wasted. */
    private static final int PARTLY_FILLED_BYTES = 16 * 1024 * 1024;

    public PublisherSettings {
        if (bytesInFlightMax < 1 << 20 || bytesInFlightMax > 1 << 30) {
            throw new IllegalArgumentException(
                    "in-flight bytes: %d (expected: 1048576 to 1073741824)"
                            .formatted(bytesInFlightMax));
        }
        if (deliveryTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "delivery timeout: %s (expected: at least 1 s)".formatted(deliveryTimeout));
        }
    }

    /** The settings of a default installation. */
    public static PublisherSettings of(String bootstrapServers, int bytesInFlightMax) {
        return new PublisherSettings(bootstrapServers, bytesInFlightMax, Duration.ofSeconds(10));
    }

    Map<String, Object> producer() {
        int deliveryMs = Math.toIntExact(deliveryTimeout.toMillis());
        int lingerMs = 2;
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "budget-ingest");
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
