package tekton.budget.metering.query.remote;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.SystemQueries;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.remote.ReadProgress.Reached;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** The instances as Kafka Streams knows them, and how far what they own is read. Any thread. */
public final class ClusterView implements SystemQueries {

    private final String self;
    private final String instanceId;
    private final Function<ShardKind, Collection<StreamsMetadata>> members;
    private final ReadProgress progress;

    /**
     * A view.
     *
     * @param self host:port under which others know this instance
     * @param instanceId its name as a member of the group
     * @param members the instances of the application that has such shards; none when it is closed
     */
    public ClusterView(
            String self,
            String instanceId,
            Function<ShardKind, Collection<StreamsMetadata>> members,
            ReadProgress progress) {
        this.self = self;
        this.instanceId = instanceId;
        this.members = members;
        this.progress = progress;
    }

    @Override
    public SystemView view() {
        Map<String, List<OwnedPartition>> byAddress = new TreeMap<>();
        byAddress.put(self, new ArrayList<>());
        for (ShardKind kind : ShardKind.values()) {
            for (StreamsMetadata member : members.apply(kind)) {
                List<OwnedPartition> owned =
                        byAddress.computeIfAbsent(
                                address(member.hostInfo()), _ -> new ArrayList<>());
                member.topicPartitions().stream()
                        .filter(input -> input.topic().equals(kind.input()))
                        .map(TopicPartition::partition)
                        .sorted()
                        .forEach(
                                partition ->
                                        owned.add(new OwnedPartition(kind.words(), partition)));
            }
        }
        List<InstanceView> instances = new ArrayList<>();
        byAddress.forEach(
                (address, owned) -> {
                    boolean own = address.equals(self);
                    InstanceView one =
                            new InstanceView(own ? instanceId : null, address, own, owned);
                    instances.add(own ? 0 : instances.size(), one);
                });
        try {
            return new SystemView(instances, partitions(progress.read(), instances), null);
        } catch (TimeoutException late) {
            return without(instances, "Kafka has not said in time how far the partitions are read");
        } catch (ExecutionException refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            return without(
                    instances,
                    "Kafka has not said how far the partitions are read: "
                            + cause.getClass().getSimpleName());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return without(instances, "the service is stopping");
        }
    }

    private static List<PartitionView> partitions(
            Map<TopicPartition, Reached> reached, List<InstanceView> instances) {
        List<PartitionView> partitions = new ArrayList<>();
        reached.forEach(
                (input, at) ->
                        partitions.add(
                                new PartitionView(
                                        input.topic(),
                                        input.partition(),
                                        owner(input, instances),
                                        at.position(),
                                        at.end(),
                                        at.lag(),
                                        at.behindMs())));
        // The usage stands first: it is what people ask for.
        partitions.sort(
                Comparator.comparing(PartitionView::topic)
                        .reversed()
                        .thenComparingInt(PartitionView::partition));
        return partitions;
    }

    private static @Nullable String owner(TopicPartition input, List<InstanceView> instances) {
        for (ShardKind kind : ShardKind.values()) {
            OwnedPartition wanted = new OwnedPartition(kind.words(), input.partition());
            if (kind.input().equals(input.topic())) {
                for (InstanceView each : instances) {
                    if (each.partitions().contains(wanted)) {
                        return each.address();
                    }
                }
            }
        }
        return null;
    }

    private static SystemView without(List<InstanceView> instances, String reason) {
        return new SystemView(instances, List.of(), reason);
    }

    private static String address(HostInfo host) {
        return host.host() + ':' + host.port();
    }
}
