package tekton.budget.alerting.consume;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;

import tekton.budget.settings.KafkaConnection;

import java.util.Map;

/**
 * How alerting talks to Kafka.
 *
 * @param connection where Kafka is
 * @param instanceId names this member of the group, also after a restart; no two running at a time
 *     may share one
 */
public record AlertingClients(KafkaConnection connection, String instanceId) {

    /** The group of every instance. */
    static final String GROUP = "budget-alerting";

    /** A dead instance's partitions go to others after this long. */
    private static final int SESSION_TIMEOUT_MS = 15_000;

    /** How long a killed instance can hold up the readers of budget events. */
    private static final int TRANSACTION_TIMEOUT_MS = 10_000;

    /** For the group's member: its place is kept in transactions only. */
    Map<String, Object> member() {
        Map<String, Object> config = reader("read_committed");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        // Static: after a kill it comes back under its name, and gets its partitions at once.
        config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
        // Gives the same partition number of every topic to one member.
        config.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
        return config;
    }

    /** For reading a topic outside of the group. */
    Map<String, Object> reader(String isolation) {
        Map<String, Object> config = common();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    /** For the transactional producer, and the one that records deliveries. */
    public Map<String, Object> writer() {
        Map<String, Object> config = common();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        // Somebody waits to hear of it: neither for more to send, nor, when the broker is still at
        // the last transaction, for the tenth of a second that clients wait by default.
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 5);
        config.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        return config;
    }

    /** For looking at topics. */
    Map<String, Object> common() {
        Map<String, Object> config = connection.client();
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return config;
    }
}
