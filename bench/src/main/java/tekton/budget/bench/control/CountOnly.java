package tekton.budget.bench.control;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Properties;

/**
 * What counting could cost at the least: a topology that reads the same records, parses of each
 * only its context and tokens, and adds them up per context in memory, with a changelog, exactly
 * once, and with the product's commit interval and fetches. A process of its own: {@code <bootstrap
 * servers> <topic> <application id> <state directory> <threads>}.
 */
public final class CountOnly {

    private static final String STORE = "contexts";
    private static final int COMMIT_MS = 500;
    private static final long CACHE_BYTES = 64L << 20;

    private CountOnly() {}

    public static void main(String[] arguments) {
        KafkaStreams streams = new KafkaStreams(topology(arguments[1]), settings(arguments));
        streams.setStateListener(
                (now, before) -> {
                    if (now == KafkaStreams.State.RUNNING) {
                        System.out.println(ControlProgram.READY);
                    }
                });
        streams.start();
        ControlProgram.awaitAbandoned();
        streams.close(Duration.ofSeconds(10));
        Runtime.getRuntime().halt(0);
    }

    private static Topology topology(String topic) {
        // With a cache a context that changes often is written once per commit, as in the product.
        StoreBuilder<KeyValueStore<String, byte[]>> store =
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(STORE),
                                Serdes.String(),
                                Serdes.ByteArray())
                        .withCachingEnabled();
        return new Topology()
                .addSource("usage", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic)
                .addProcessor("count", CountContexts::new, "usage")
                .addStateStore(store, "count");
    }

    private static Properties settings(String... arguments) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[2]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[3]);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, arguments[4]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MS);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.POLL_MS_CONFIG, 20);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
        settings.put(
                StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer(settings, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        consumer(settings, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 << 20);
        consumer(settings, ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 128 << 10);
        consumer(settings, ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 25);
        producer(settings, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        producer(settings, ProducerConfig.LINGER_MS_CONFIG, 5);
        producer(settings, ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        producer(settings, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
        producer(settings, ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        return settings;
    }

    private static void consumer(Properties settings, String name, int value) {
        settings.put(StreamsConfig.mainConsumerPrefix(name), value);
    }

    private static void producer(Properties settings, String name, Object value) {
        settings.put(StreamsConfig.producerPrefix(name), value);
    }

    /** Adds each record to the sum of its context. */
    private static final class CountContexts implements Processor<byte[], byte[], Void, Void> {

        private @Nullable KeyValueStore<String, byte[]> sums;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            sums = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> usage) {
            KeyValueStore<String, byte[]> store = sums;
            UsageSum read = UsageSum.read(usage.value());
            if (store != null && read != null) {
                byte[] before = store.get(read.contextId());
                store.put(read.contextId(), read.addedTo(before));
            }
        }
    }
}
