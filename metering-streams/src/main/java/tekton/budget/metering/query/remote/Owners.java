package tekton.budget.metering.query.remote;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

import tekton.budget.metering.query.local.ShardKind;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which instance owns a partition, and which follow it, as Kafka Streams was told at the last
 * rebalance: an instance that has died is in it until the group has missed it. Any thread.
 */
public final class Owners {

    private final HostInfo self;
    private final KafkaStreams metering;
    private final KafkaStreams ledger;

    /**
     * The owners of both applications' partitions.
     *
     * @param self host:port under which others know this instance
     */
    public Owners(String self, KafkaStreams metering, KafkaStreams ledger) {
        this.self = HostInfo.buildFromEndpoint(self);
        this.metering = metering;
        this.ledger = ledger;
    }

    /** True for this instance. */
    boolean isSelf(HostInfo host) {
        return host.equals(self);
    }

    /** The owner; empty while there is none. */
    Optional<HostInfo> of(ShardKind shard, int partition) {
        return having(shard, partition, StreamsMetadata::topicPartitions).stream().findFirst();
    }

    /** Who keeps a copy, this instance excepted. */
    List<HostInfo> copies(ShardKind shard, int partition) {
        return having(shard, partition, StreamsMetadata::standbyTopicPartitions).stream()
                .filter(host -> !isSelf(host))
                .toList();
    }

    private List<HostInfo> having(
            ShardKind shard, int partition, Function<StreamsMetadata, Set<TopicPartition>> what) {
        TopicPartition input = new TopicPartition(shard.input(), partition);
        KafkaStreams streams = shard == ShardKind.LEDGER ? ledger : metering;
        // Closed, it would throw.
        if (!streams.state().isRunningOrRebalancing()) {
            return List.of();
        }
        return streams.metadataForAllStreamsClients().stream()
                .filter(instance -> what.apply(instance).contains(input))
                .map(StreamsMetadata::hostInfo)
                .toList();
    }
}
