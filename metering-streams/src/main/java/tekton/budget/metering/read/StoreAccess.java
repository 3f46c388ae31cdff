package tekton.budget.metering.read;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.errors.StreamsException;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.ReadAfter;
import tekton.budget.metering.share.Stage;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.Stores;
import tekton.budget.topic.Partitions;
import tekton.budget.value.Positions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The stores by partition, and waiting until they have passed a position. Any thread. */
public final class StoreAccess {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** A moved or restored store is written without a signal here. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final KafkaStreams streams;
    private final int partitions;
    private final ProgressBoard board;

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

    /** True when this process owns a partition, and its stores are whole. */
    public boolean isOpen(Stage stage, int partition) {
        return switch (stage) {
            case ONE -> board.isInputOpen(partition);
            case TWO -> board.isUsageOpen(partition);
            case LEDGER -> board.isInputOpen(partition) && board.isUsageOpen(partition);
        };
    }

    /**
     * Asks, once the stage's partitions have passed the positions. Where they are not this
     * process's, its copies are asked, if that will do.
     */
    public <T> Answer<T> askAfter(
            Stage stage,
            List<Integer> of,
            ReadAfter after,
            Function<OpenStores, Answer<T>> question) {
        long deadline = System.nanoTime() + after.patience().toNanos();
        while (true) {
            long seen = board.generation();
            Answer<T> answer =
                    ask(
                            stage,
                            of,
                            () -> {
                                if (!of.stream().allMatch(task -> isOpen(stage, task))) {
                                    return after.staleAllowed()
                                            ? askCopies(stage, of, question)
                                            : notReady(stage, of);
                                }
                                Positions missing = missing(stage, of, after.positions());
                                return missing.isEmpty()
                                        ? question.apply(new OpenStores(streams, false))
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

    private <T> Answer<T> askCopies(
            Stage stage, List<Integer> of, Function<OpenStores, Answer<T>> question) {
        // Before the question, so that the copy is not further behind than is said.
        long lag = lag(stage, of);
        return new Answer.Stale<>(true, lag)
                .then(_ -> question.apply(new OpenStores(streams, true)));
    }

    /** How many changes the copies of some partitions have yet to hear of. */
    private long lag(Stage stage, List<Integer> of) {
        Map<String, Map<Integer, LagInfo>> lags = streams.allLocalStorePartitionLags();
        long most = 0;
        for (String store : storesOf(stage)) {
            for (Map.Entry<Integer, LagInfo> each : lags.getOrDefault(store, Map.of()).entrySet()) {
                if (of.contains(each.getKey())) {
                    most = Math.max(most, each.getValue().offsetLag());
                }
            }
        }
        return most;
    }

    private static List<String> storesOf(Stage stage) {
        return switch (stage) {
            case ONE -> List.of(Stores.IDS, Stores.CONTEXTS, Stores.CONTEXT_HOURS);
            case TWO -> List.of(Stores.TOTALS, Stores.HOURS);
            case LEDGER -> List.of(Stores.LEDGER);
        };
    }

    /** A store that is closed, moved or restoring under the question is not ready, never empty. */
    private <T> Answer<T> ask(Stage stage, List<Integer> of, Supplier<Answer<T>> question) {
        // Once it has given up, Kafka Streams throws what a bug would throw.
        if (!streams.state().isRunningOrRebalancing()) {
            return notReady(stage, of);
        }
        try {
            return question.get();
        } catch (StreamsException e) {
            // The store was closed, moved or wiped; or the lag of a copy could not be had.
            return notReady(stage, of);
        }
    }

    private static <T> Answer<T> notReady(Stage stage, List<Integer> of) {
        return new Answer.NotReady<>(
                RETRY_AFTER, "%s %s: being restored or moved".formatted(stage.words(), of));
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
}
