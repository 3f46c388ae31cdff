package tekton.budget.metering.query.remote;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

import tekton.budget.metering.query.local.ShardKind;

import java.util.Collection;
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
    private final Function<ShardKind, Collection<StreamsMetadata>> members;

    /**
     * The owners of both applications' partitions.
     *
     * @param self host:port under which others know this instance
     * @param members the instances of the application that has such shards; none when it is closed
     */
    public Owners(String self, Function<ShardKind, Collection<StreamsMetadata>> members) {
        this.self = HostInfo.buildFromEndpoint(self);
        this.members = members;
    }

    /** This instance. */
    HostInfo self() {
        return self;
    }

    /** The other instance that owns a partition; empty while there is none, or it is this one. */
    Optional<HostInfo> other(ShardKind shard, int partition) {
        return having(shard, partition, StreamsMetadata::topicPartitions).stream()
                .findFirst()
                .filter(host -> !host.equals(self));
    }

    /** The instances that keep a copy. */
    List<HostInfo> copies(ShardKind shard, int partition) {
        return having(shard, partition, StreamsMetadata::standbyTopicPartitions);
    }

    private List<HostInfo> having(
            ShardKind shard, int partition, Function<StreamsMetadata, Set<TopicPartition>> what) {
        TopicPartition input = new TopicPartition(shard.input(), partition);
        return members.apply(shard).stream()
                .filter(instance -> what.apply(instance).contains(input))
                .map(StreamsMetadata::hostInfo)
                .toList();
    }
}
