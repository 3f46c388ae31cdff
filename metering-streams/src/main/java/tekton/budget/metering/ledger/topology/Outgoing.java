package tekton.budget.metering.ledger.topology;

import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.streams.TopologyParts;

/**
 * A key that knows its partition: decisions are found by request, and lie with their budget.
 *
 * @param partition the partition
 * @param bytes the key
 */
@SuppressWarnings("ArrayRecordComponent")
record Outgoing(int partition, byte @Nullable [] bytes) {

    static Serializer<Outgoing> serializer() {
        return (topic, key) -> key.bytes();
    }

    static StreamPartitioner<Outgoing, byte[]> partitioner() {
        return (topic, key, value, count) -> TopologyParts.only(key.partition());
    }
}
