package tekton.budget.metering.query.remote;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.internals.StreamsMetadataImpl;

import tekton.budget.metering.query.local.LocalPeer;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.local.StoreAccess;
import tekton.budget.metering.store.ProgressBoard;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/**
 * This instance, which owns nothing, and others that it asks over HTTP. Each of them owns a
 * partition of every kind of shard, in their order. Kafka Streams is never started here.
 */
public final class TestCluster implements AutoCloseable {

    private static final HostInfo SELF = new HostInfo("localhost", 1);

    private final KafkaStreams streams;
    private final HttpPeers peers = new HttpPeers(Instance.SECRET);
    private final List<StreamsMetadata> members = new ArrayList<>();
    private final LocalPeer local;

    /**
     * A cluster.
     *
     * @param partitions how many there are; nobody owns what is more than instances
     */
    public TestCluster(Path state, int partitions, Instance... instances) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "never-started");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        streams = new KafkaStreams(new Topology().addSource("read", "topic"), config);
        StoreAccess stores =
                new StoreAccess(streams, partitions, new ProgressBoard(partitions, 1), () -> true);
        local = new LocalPeer(stores, stores);
        for (int partition = 0; partition < instances.length; partition++) {
            members.add(member(instances[partition], tasks(partition), Set.of()));
        }
    }

    /** Has an instance follow a partition. */
    TestCluster follow(Instance instance, int partition) {
        members.add(member(instance, Set.of(), tasks(partition)));
        return this;
    }

    /** Asks all of them. */
    public ScatterGather gather() {
        return new ScatterGather(local, owners(), peers);
    }

    /** Asks nobody else. */
    ScatterGather alone() {
        return new ScatterGather(local, owners(), null);
    }

    @Override
    public void close() {
        peers.close();
        streams.close(Duration.ZERO);
    }

    private Owners owners() {
        return new Owners(SELF.host() + ':' + SELF.port(), _ -> members);
    }

    private static StreamsMetadata member(
            Instance instance, Set<TopicPartition> owned, Set<TopicPartition> followed) {
        return new StreamsMetadataImpl(instance.host(), Set.of(), owned, Set.of(), followed);
    }

    private static Set<TopicPartition> tasks(int partition) {
        return Set.of(
                new TopicPartition(ShardKind.CONTEXTS.input(), partition),
                new TopicPartition(ShardKind.BUDGETS.input(), partition),
                new TopicPartition(ShardKind.LEDGER.input(), partition));
    }
}
