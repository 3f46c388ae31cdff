package tekton.budget.metering.query.local;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

import tekton.budget.topic.Partitions;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The stores of some partitions, each with a task of its own that reads nothing. */
final class StoresOnDisk implements OpenStores.Source, AutoCloseable {

    private final List<TopologyTestDriver> tasks = new ArrayList<>();

    private static final class Idle implements Processor<byte[], byte[], Void, Void> {
        @Override
        public void process(Record<byte[], byte[]> unread) {}
    }

    StoresOnDisk(Path directory, int partitions, StoreBuilder<?>... builders) {
        for (int partition = 0; partition < partitions; partition++) {
            Topology topology = new Topology();
            topology.addSource(
                    "read", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "topic");
            topology.addProcessor("none", Idle::new, "read");
            for (StoreBuilder<?> builder : builders) {
                topology.addStateStore(builder.withLoggingDisabled(), "none");
            }
            Properties config = new Properties();
            config.put(StreamsConfig.APPLICATION_ID_CONFIG, "partition-" + partition);
            config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
            tasks.add(new TopologyTestDriver(topology, config));
        }
    }

    KeyValueStore<Bytes, byte[]> keyValue(String name, int partition) {
        return tasks.get(partition).getKeyValueStore(name);
    }

    WindowStore<Bytes, byte[]> window(String name, int partition) {
        return tasks.get(partition).getWindowStore(name);
    }

    OpenStores all() {
        return new OpenStores(this, this::partitionOf, false);
    }

    int partitionOf(String id) {
        return Partitions.of(id.getBytes(StandardCharsets.UTF_8), tasks.size());
    }

    @Override
    @SuppressWarnings("unchecked") // whoever asks knows the type of each store
    public <T> T store(StoreQueryParameters<T> query) {
        if (query.partition() >= tasks.size()) {
            throw new InvalidStateStoreException(query.storeName() + " " + query.partition());
        }
        return (T) tasks.get(query.partition()).getAllStateStores().get(query.storeName());
    }

    @Override
    public void close() {
        tasks.forEach(TopologyTestDriver::close);
    }
}
