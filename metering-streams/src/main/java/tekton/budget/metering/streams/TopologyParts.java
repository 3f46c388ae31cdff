package tekton.budget.metering.streams;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

import tekton.budget.topic.Partitions;

import java.util.Optional;
import java.util.Set;

/** What the topologies are put together from. */
public final class TopologyParts {

    private TopologyParts() {}

    /** Adds a source of plain bytes. */
    public static void source(Topology topology, String node, String topic) {
        topology.addSource(node, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic);
    }

    /** To the partition of the key's bytes. */
    public static StreamPartitioner<byte[], byte[]> byKey() {
        return (topic, key, value, count) -> only(Partitions.of(key, count));
    }

    /** Always to the same partition. */
    public static <K> StreamPartitioner<K, byte[]> toPartition(int partition) {
        return (topic, key, value, count) -> only(partition);
    }

    /** One partition, as partitioners name it. */
    public static Optional<Set<Integer>> only(int partition) {
        return Optional.of(Set.of(partition));
    }
}
