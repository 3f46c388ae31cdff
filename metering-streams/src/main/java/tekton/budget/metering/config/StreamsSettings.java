package tekton.budget.metering.config;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

import tekton.budget.kafka.TopicProvisioning;
import tekton.budget.metering.store.SharedRocksMemory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The Kafka Streams properties of the two applications, each with its reason. */
final class StreamsSettings {

    /** An application's id: also the consumer group and the beginning of the changelogs' names. */
    static final String METERING_ID = "budget-metering";

    static final String LEDGER_ID = "budget-ledger";

    /** A dead instance's partitions go to others after this long. */
    static final Duration SESSION = Duration.ofSeconds(6);

    /**
     * So many times as long as with fresh records a commit waits in a backlog. More would be a
     * little cheaper, and lose more of the work when an instance dies.
     */
    private static final int BEHIND_INTERVALS = 4;

    private StreamsSettings() {}

    /** For throughput: large fetches and commits. */
    static Properties metering(MeteringSettings settings) {
        Map<String, Object> config = common(settings, METERING_ID);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.scale().threads());
        // The tasks ask for a commit when one is due; this interval counts while they are behind.
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().multipliedBy(BEHIND_INTERVALS).toMillis());
        // With little traffic a commit waits for the poll before it to return.
        config.put(
                StreamsConfig.POLL_MS_CONFIG, Math.min(20, settings.commitInterval().toMillis()));
        consumer(config, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        consumer(config, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 << 20);
        // A fetch waits where nothing is; until it is answered, new partitions wait with it.
        consumer(config, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
        producer(config, ProducerConfig.LINGER_MS_CONFIG, 5);
        producer(config, ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        // A transaction left open by a dead instance blocks readers no longer than this.
        producer(config, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
        return properties(config);
    }

    /** For latency: somebody waits for each decision, and it is told when it is committed. */
    static Properties ledger(MeteringSettings settings) {
        Map<String, Object> config = common(settings, LEDGER_ID);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        // At the latest: its consumer has it asked for as soon as nothing more is there. A commit
        // per request would be as quick for one caller, and three times slower for many.
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 10);
        // A request ends the wait for it, so with none there is a look at the clock in it only.
        config.put(StreamsConfig.POLL_MS_CONFIG, 250);
        // A commit sends at once whatever waits: decisions and changelog go in one request. Sent as
        // they came they took four, each with partitions to be added to the transaction.
        producer(config, ProducerConfig.LINGER_MS_CONFIG, 5);
        // The next transaction comes as soon as the last is told of, and its markers take that
        // long.
        producer(config, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 1);
        // A transaction left open by a dead instance keeps callers waiting.
        producer(config, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 5_000);
        return properties(config);
    }

    private static Map<String, Object> common(MeteringSettings settings, String applicationId) {
        Map<String, Object> config = new HashMap<>(settings.kafka().client());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        config.put(StreamsConfig.APPLICATION_SERVER_CONFIG, settings.advertisedServer());
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.kafka().replication());
        config.put(
                StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                TopicProvisioning.minInSync(settings.kafka().replication()));
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.scale().standbys());
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksMemory.class);
        // The processors gather themselves; a cache would hold everything twice.
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        // A task's inputs need no order between them, and asking about it cost 8 % of a drain.
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // Static membership: a restart after a kill is back within seconds, not after a session.
        config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        config.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                settings.instanceId());
        consumer(config, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION.toMillis());
        consumer(config, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
        // A new instance first follows the stores that it shall own; it gets them at such a look.
        config.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
        // Lost offsets mean reading again from the beginning; what was read is skipped.
        consumer(config, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        producer(config, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        // Right after a commit a broker may answer that it is still at the last transaction. The
        // default waits a tenth of a second and more before it asks again: half of a drain's time.
        producer(config, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
        producer(config, ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        return config;
    }

    private static Properties properties(Map<String, Object> config) {
        Properties properties = new Properties();
        properties.putAll(config);
        return properties;
    }

    private static void consumer(Map<String, Object> config, String name, Object value) {
        config.put(StreamsConfig.mainConsumerPrefix(name), value);
    }

    private static void producer(Map<String, Object> config, String name, Object value) {
        config.put(StreamsConfig.producerPrefix(name), value);
    }
}
