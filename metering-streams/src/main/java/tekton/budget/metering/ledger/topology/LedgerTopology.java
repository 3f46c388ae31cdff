package tekton.budget.metering.ledger.topology;

import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

import tekton.budget.metering.metrics.LedgerMetrics;
import tekton.budget.metering.store.CommitHook;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.streams.TopologyParts;
import tekton.budget.topic.Topics;

import java.util.function.LongSupplier;

/**
 * The ledger: requests and what was used in, decisions and the state of policy windows out; by
 * budget.
 *
 * <pre>
 * requests ──────┬─▶ decide ─┬─▶ decisions
 * ledger-deltas ─┘   ledger  ├─▶ status
 *                            ├─▶ session-limits (to the metering)
 *                            └─▶ dead-letters
 * </pre>
 *
 * <p>A request must stand in its budget's partition (Kafka's default partitioner in Java finds it),
 * because there is the one writer that decides about the budget. One that stands elsewhere becomes
 * a dead letter that says so: deciding it there would be a second writer, and moving it would put
 * it behind requests that were made later.
 */
public final class LedgerTopology {

    private LedgerTopology() {}

    /**
     * The topology.
     *
     * @param partitions the partitions of the ledger's topics
     * @param board where tasks say how far they have written their stores
     * @param nanos a clock that only ever goes forward, such as {@code System::nanoTime}
     */
    public static Topology build(
            int partitions, LedgerMetrics metrics, ProgressBoard board, LongSupplier nanos) {
        return build(partitions, metrics, board, nanos, Stores.ledger());
    }

    static Topology build(
            int partitions,
            LedgerMetrics metrics,
            ProgressBoard board,
            LongSupplier nanos,
            StoreBuilder<KeyValueStore<Bytes, byte[]>> store) {
        Topology topology = new Topology();
        TopologyParts.source(topology, LedgerNodes.READ_REQUESTS, Topics.REQUESTS.name());
        TopologyParts.source(topology, LedgerNodes.READ_LEDGER_DELTAS, Topics.LEDGER_DELTAS.name());
        topology.addProcessor(
                        LedgerNodes.DECIDE,
                        () -> new DecideRequests(partitions, metrics, board, nanos),
                        LedgerNodes.READ_REQUESTS,
                        LedgerNodes.READ_LEDGER_DELTAS)
                .addStateStore(store, LedgerNodes.DECIDE)
                .addStateStore(CommitHook.builder(LedgerNodes.DECIDE_COMMIT), LedgerNodes.DECIDE);
        sink(topology, LedgerNodes.PUBLISH_DECISIONS, Topics.DECISIONS.name());
        sink(topology, LedgerNodes.PUBLISH_STATUS, Topics.STATUS.name());
        sink(topology, LedgerNodes.PUBLISH_FOR_METERING, Topics.SESSION_LIMITS.name());
        sink(topology, LedgerNodes.BURY_DEAD_LETTERS, Topics.DEAD_LETTERS.name());
        return topology;
    }

    private static void sink(Topology topology, String node, String topic) {
        topology.addSink(
                node,
                topic,
                Outgoing.serializer(),
                new ByteArraySerializer(),
                Outgoing.partitioner(),
                LedgerNodes.DECIDE);
    }
}
