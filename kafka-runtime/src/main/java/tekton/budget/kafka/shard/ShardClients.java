package tekton.budget.kafka.shard;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import tekton.budget.settings.KafkaConnection;

import java.util.Map;

/**
 * The Kafka clients of a shard's owner.
 *
 * @param kafka where Kafka is
 * @param name of the consumer group that chooses the owner, and of the owner's transactions
 */
record ShardClients(KafkaConnection kafka, String name) {

    /** An owner that was killed is missed after so long. */
    private static final int SESSION_MS = 10_000;

    /** What a killed owner has begun hides later records from readers for so long at most. */
    private static final int TRANSACTION_MS = 10_000;

    Admin admin() {
        return Admin.create(common());
    }

    /** A member of the group: the one that is given the request topic's partition is the owner. */
    KafkaConsumer<byte[], byte[]> requests() {
        Map<String, Object> config = reading();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, name);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, name + "-requests");
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MS);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_MS / 4);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
        return consumer(config);
    }

    /** A reader of the state, in no group. */
    KafkaConsumer<byte[], byte[]> state() {
        Map<String, Object> config = reading();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, name + "-state");
        return consumer(config);
    }

    /** The writer. The next one ends what an earlier one has left half written. */
    KafkaProducer<byte[], byte[]> writer() {
        Map<String, Object> config = common();
        config.put(ProducerConfig.CLIENT_ID_CONFIG, name);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MS);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 9_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> reading() {
        Map<String, Object> config = common();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    private Map<String, Object> common() {
        Map<String, Object> config = kafka.client();
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        return config;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
