package tekton.budget.kafka;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import tekton.budget.settings.KafkaConnection;

import java.util.Map;

/** How consumers of bytes are configured, and made. */
public final class KafkaClients {

    private KafkaClients() {}

    /**
     * How a consumer reads topics: only what is committed, from where its owner says, and without
     * making any. One in a group adds that.
     */
    public static Map<String, Object> readerConfig(KafkaConnection kafka, String clientId) {
        Map<String, Object> config = kafka.client();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        // What is not committed may be decided differently the next time.
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // Where a position is lost, its owner knows whether old records are wanted again.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return config;
    }

    /** A consumer by such a configuration. */
    public static KafkaConsumer<byte[], byte[]> reader(Map<String, Object> config) {
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
