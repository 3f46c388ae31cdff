package tekton.budget.metering.read;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.internals.StateStoreProvider;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.metering.store.IdIndex;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.Stores;
import tekton.budget.topic.Partitions;
import tekton.budget.value.Positions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** The stores by partition, and waiting until they have passed a position. Any thread. */
public final class StoreAccess {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** A moved or restored store is written without a signal here. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final KafkaStreams streams;
    private final int partitions;
    private final ProgressBoard board;

    /** Who follows a position, each in its own way. */
    public enum Stage {
        /** The metering's first stage: in its own partition of the usage topic. */
        ONE,
        /** The metering's second: in what it was handed over. */
        TWO,
        /** The ledger: in its own partition of the requests, and in what it was handed over. */
        LEDGER
    }

    public StoreAccess(KafkaStreams streams, int partitions, ProgressBoard board) {
        this.streams = streams;
        this.partitions = partitions;
        this.board = board;
    }

    /** The partition of an id. */
    public int partitionOf(String id) {
        return Partitions.of(id.getBytes(StandardCharsets.UTF_8), partitions);
    }

    /** Every partition, in order. */
    public List<Integer> allPartitions() {
        List<Integer> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(partition);
        }
        return all;
    }

    /**
     * A store of a partition.
     *
     * @throws InvalidStateStoreException while it cannot be asked
     */
    public ReadOnlyKeyValueStore<Bytes, byte[]> keyValue(String name, int partition) {
        return store(name, partition, QueryableStoreTypes.keyValueStore());
    }

    ReadOnlyWindowStore<Bytes, byte[]> window(String name, int partition) {
        return store(name, partition, QueryableStoreTypes.windowStore());
    }

    IdIndex ids(int partition) {
        return store(Stores.IDS, partition, new IdIndexType());
    }

    /**
     * True when the stores of every partition can be asked.
     *
     * @param openStores opens the stores of one partition
     */
    public boolean queryable(IntConsumer openStores) {
        return ask(
                        () -> {
                            for (int partition : allPartitions()) {
                                if (!board.isInputOpen(partition)
                                        || !board.isUsageOpen(partition)) {
                                    return new Answer.NotReady<>(RETRY_AFTER);
                                }
                                openStores.accept(partition);
                            }
                            return new Answer.Found<>(true);
                        })
                instanceof Answer.Found<Boolean>;
    }

    /** Asks, once the stage's partitions have passed the positions. */
    public <T> Answer<T> askAfter(
            Stage stage, List<Integer> of, ReadAfter after, Supplier<Answer<T>> question) {
        long deadline = System.nanoTime() + after.patience().toNanos();
        while (true) {
            long seen = board.generation();
            Answer<T> answer =
                    ask(
                            () -> {
                                if (!of.stream().allMatch(task -> isOpen(stage, task))) {
                                    return new Answer.NotReady<>(RETRY_AFTER);
                                }
                                Positions missing = missing(stage, of, after.positions());
                                return missing.isEmpty()
                                        ? question.get()
                                        : new Answer.NotReached<>(missing);
                            });
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (!(answer instanceof Answer.NotReached<T>) || !left.isPositive()) {
                return answer;
            }
            try {
                board.awaitAfter(seen, left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return answer;
            }
        }
    }

    /** A store that is closed, moved or restoring under the question is not ready, never empty. */
    private <T> Answer<T> ask(Supplier<Answer<T>> question) {
        // Once it has given up, Kafka Streams throws what a bug would throw.
        if (!streams.state().isRunningOrRebalancing()) {
            return new Answer.NotReady<>(RETRY_AFTER);
        }
        try {
            return question.get();
        } catch (InvalidStateStoreException e) {
            return new Answer.NotReady<>(RETRY_AFTER);
        }
    }

    private boolean isOpen(Stage stage, int task) {
        return switch (stage) {
            case ONE -> board.isInputOpen(task);
            case TWO -> board.isUsageOpen(task);
            case LEDGER -> board.isInputOpen(task) && board.isUsageOpen(task);
        };
    }

    /** What those partitions have not passed yet. What other partitions hold is not asked for. */
    private Positions missing(Stage stage, List<Integer> of, Positions wanted) {
        return switch (stage) {
            case ONE -> Positions.ofUsage(notRead(of, wanted.offsets()));
            case TWO -> Positions.ofUsage(notHandedOver(of, wanted.offsets()));
            case LEDGER ->
                    new Positions(
                            notHandedOver(of, wanted.offsets()), notRead(of, wanted.requests()));
        };
    }

    private SortedMap<Integer, Long> notRead(List<Integer> of, SortedMap<Integer, Long> wanted) {
        TreeMap<Integer, Long> missing = new TreeMap<>();
        wanted.forEach(
                (partition, offset) -> {
                    if (of.contains(partition) && board.input(partition) < offset) {
                        missing.put(partition, offset);
                    }
                });
        return missing;
    }

    private SortedMap<Integer, Long> notHandedOver(
            List<Integer> of, SortedMap<Integer, Long> wanted) {
        TreeMap<Integer, Long> missing = new TreeMap<>();
        wanted.forEach(
                (partition, offset) -> {
                    if (of.stream().anyMatch(task -> board.usage(task, partition) < offset)) {
                        missing.put(partition, offset);
                    }
                });
        return missing;
    }

    private <T> T store(String name, int partition, QueryableStoreType<T> type) {
        return streams.store(
                StoreQueryParameters.fromNameAndType(name, type).withPartition(partition));
    }

    private static final class IdIndexType implements QueryableStoreType<IdIndex> {

        @Override
        public boolean accepts(StateStore store) {
            return store instanceof IdIndex;
        }

        @Override
        public IdIndex create(StateStoreProvider provider, String name) {
            return provider.stores(name, this).getFirst();
        }
    }
}
