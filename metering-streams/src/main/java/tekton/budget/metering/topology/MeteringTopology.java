package tekton.budget.metering.topology;

import static tekton.budget.metering.streams.TopologyParts.byKey;
import static tekton.budget.metering.streams.TopologyParts.only;
import static tekton.budget.metering.streams.TopologyParts.source;
import static tekton.budget.metering.streams.TopologyParts.toPartition;

import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

import tekton.budget.metering.metrics.UsageMetrics;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.usage.UsageRules;
import tekton.budget.topic.Topics;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The metering: usage in, totals in stores, deltas to stage two and to the ledger.
 *
 * <pre>
 * usage ─┬─▶ count-usage ─┬─▶ usage-strays (back in)
 * strays ┘    ids          ├─▶ dead-letters
 *             contexts     ├─▶ ledger-deltas
 *             hours        ├─▶ usage-rated (off by default)
 *             users        └─▶ hand-overs ─▶ add-totals ─▶ status
 *                                            totals, hours
 * </pre>
 */
public final class MeteringTopology {

    /**
     * What the topology must know of its surroundings.
     *
     * @param usagePartitions the partitions of the usage topic, of the strays and of stage two
     * @param ledgerPartitions the partitions of the ledger's topics
     * @param idWindow how long an id is remembered at least
     * @param commitInterval how long counted records wait for their commit, with much traffic and
     *     no backlog
     * @param publishRated whether records are published as counted
     */
    public record Shape(
            int usagePartitions,
            int ledgerPartitions,
            Duration idWindow,
            Duration commitInterval,
            boolean publishRated) {
        public Shape {
            if (usagePartitions < 1) {
                throw new IllegalArgumentException(
                        "usagePartitions: %d (expected: >= 1)".formatted(usagePartitions));
            }
            if (ledgerPartitions < 1) {
                throw new IllegalArgumentException(
                        "ledgerPartitions: %d (expected: >= 1)".formatted(ledgerPartitions));
            }
            if (idWindow.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "idWindow: %s (expected: at least a millisecond)".formatted(idWindow));
            }
        }
    }

    private MeteringTopology() {}

    /**
     * The topology.
     *
     * @param board where tasks say how far they have written their stores
     */
    public static Topology build(
            Shape shape, UsageRules rules, UsageMetrics metrics, ProgressBoard board) {
        Topology topology = new Topology();
        CommitPace pace = new CommitPace(shape.commitInterval());
        addStageOne(topology, shape, rules, metrics, pace, board);
        addStageTwo(topology, metrics, pace, board);
        return topology;
    }

    private static void addStageOne(
            Topology topology,
            Shape shape,
            UsageRules rules,
            UsageMetrics metrics,
            CommitPace pace,
            ProgressBoard board) {
        source(topology, Nodes.READ_USAGE, Topics.USAGE_REPORTED.name());
        source(topology, Nodes.READ_STRAYS, Topics.USAGE_STRAYS.name());
        topology.addProcessor(
                        Nodes.COUNT_USAGE,
                        () -> new CountUsage(shape, rules, metrics, pace, board),
                        Nodes.READ_USAGE,
                        Nodes.READ_STRAYS)
                .addStateStore(Stores.ids(shape.idWindow()), Nodes.COUNT_USAGE)
                .addStateStore(Stores.contexts(), Nodes.COUNT_USAGE)
                .addStateStore(Stores.contextHours(), Nodes.COUNT_USAGE)
                .addStateStore(Stores.userCells(), Nodes.COUNT_USAGE)
                .addStateStore(CommitHook.builder(Nodes.COUNT_USAGE_COMMIT), Nodes.COUNT_USAGE);
        sink(topology, Nodes.MOVE_STRAYS, Topics.USAGE_STRAYS.name(), byKey(), Nodes.COUNT_USAGE);
        sink(
                topology,
                Nodes.BURY_DEAD_LETTERS,
                Topics.DEAD_LETTERS.name(),
                toPartition(0),
                Nodes.COUNT_USAGE);
        sink(
                topology,
                Nodes.HAND_OVER_COUNTED,
                Topics.HAND_OVERS.name(),
                byKey(),
                Nodes.COUNT_USAGE);
        sink(
                topology,
                Nodes.HAND_OVER_PROGRESS,
                Topics.HAND_OVERS.name(),
                toPartitionOfKey(),
                Nodes.COUNT_USAGE);
        sink(
                topology,
                Nodes.HAND_OVER_TO_LEDGER,
                Topics.LEDGER_DELTAS.name(),
                byKey(),
                Nodes.COUNT_USAGE);
        sink(
                topology,
                Nodes.TELL_LEDGER_PROGRESS,
                Topics.LEDGER_DELTAS.name(),
                toPartitionOfKey(),
                Nodes.COUNT_USAGE);
        sink(
                topology,
                Nodes.TELL_ESTIMATE,
                Topics.STATUS.name(),
                Notices.besideTheirBudget(),
                Nodes.COUNT_USAGE);
        if (shape.publishRated()) {
            sink(
                    topology,
                    Nodes.PUBLISH_RATED,
                    Topics.USAGE_RATED.name(),
                    byKey(),
                    Nodes.COUNT_USAGE);
        }
    }

    private static void addStageTwo(
            Topology topology, UsageMetrics metrics, CommitPace pace, ProgressBoard board) {
        source(topology, Nodes.READ_HAND_OVERS, Topics.HAND_OVERS.name());
        topology.addProcessor(
                        Nodes.ADD_TOTALS,
                        () -> new AddTotals(metrics, pace, board),
                        Nodes.READ_HAND_OVERS)
                .addStateStore(Stores.totals(), Nodes.ADD_TOTALS)
                .addStateStore(Stores.hours(), Nodes.ADD_TOTALS)
                .addStateStore(CommitHook.builder(Nodes.ADD_TOTALS_COMMIT), Nodes.ADD_TOTALS);
        sink(
                topology,
                Nodes.GIVE_NOTICE,
                Topics.STATUS.name(),
                Notices.besideTheirBudget(),
                Nodes.ADD_TOTALS);
        sink(
                topology,
                Nodes.BURY_HAND_OVERS,
                Topics.DEAD_LETTERS.name(),
                toPartition(0),
                Nodes.ADD_TOTALS);
    }

    /** A progress goes to every partition; its key says to which. */
    private static StreamPartitioner<byte[], byte[]> toPartitionOfKey() {
        return (topic, key, value, count) -> only(ByteBuffer.wrap(key).getInt());
    }

    private static void sink(
            Topology topology,
            String node,
            String topic,
            StreamPartitioner<byte[], byte[]> partitioner,
            String parent) {
        topology.addSink(
                node,
                topic,
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                partitioner,
                parent);
    }
}
