package tekton.budget.metering.query.local;

import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.topic.Partitions;
import tekton.budget.value.Positions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The stores by partition, and waiting until they have passed a position. Any thread. */
public final class StoreAccess {

    private static final Logger LOG = LoggerFactory.getLogger(StoreAccess.class);

    /** A moved or restored store is written without a signal here. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private static final Duration LAG_TIMEOUT = Duration.ofSeconds(2);

    private final KafkaStreams streams;
    private final int partitions;
    private final ProgressBoard board;
    private final BooleanSupplier member;

    /**
     * The stores of an application.
     *
     * @param member false while the group may have given this instance's partitions to others
     */
    public StoreAccess(
            KafkaStreams streams, int partitions, ProgressBoard board, BooleanSupplier member) {
        this.streams = streams;
        this.member = member;
        this.partitions = partitions;
        this.board = board;
    }

    /** The partition of an id. */
    public int partitionOf(String id) {
        return Partitions.of(id.getBytes(StandardCharsets.UTF_8), partitions);
    }

    /** Every partition, in order. */
    public List<Integer> allPartitions() {
        return IntStream.range(0, partitions).boxed().toList();
    }

    /** True when this process owns a partition, and its stores are whole. */
    public boolean isOpen(ShardKind shard, int partition) {
        boolean whole =
                switch (shard) {
                    case CONTEXTS -> board.isInputOpen(partition);
                    case BUDGETS -> board.isUsageOpen(partition);
                    case LEDGER -> board.isInputOpen(partition) && board.isUsageOpen(partition);
                };
        return whole && member.getAsBoolean();
    }

    /**
     * Asks, once the shard's partitions have passed the positions. Where they are not this
     * process's, its copies are asked, if that will do.
     */
    <T> Answer<T> askAfter(Question<T> question, Function<OpenStores, Answer<T>> answering) {
        long deadline = System.nanoTime() + question.after().patience().toNanos();
        while (true) {
            long seen = board.generation();
            Answer<T> answer = ask(question, answering);
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
    private <T> Answer<T> ask(Question<T> question, Function<OpenStores, Answer<T>> answering) {
        ShardKind shard = question.shard();
        List<Integer> of = question.of();
        // Once it has given up, Kafka Streams throws what a bug would throw.
        if (streams.state().isRunningOrRebalancing()) {
            try {
                if (of.stream().allMatch(partition -> isOpen(shard, partition))) {
                    Positions missing = missing(shard, of, question.after().positions());
                    return missing.isEmpty()
                            ? answering.apply(open(false))
                            : new Answer.NotReached<>(missing);
                }
                if (question.after().staleAllowed()) {
                    return askCopies(shard, of, answering);
                }
            } catch (StreamsException e) {
                LOG.debug("{} {}: closed, moved or wiped, or the lag is not known", shard, of, e);
            }
        }
        return new Answer.NotReady<>("%s %s: being restored or moved".formatted(shard.words(), of));
    }

    private <T> Answer<T> askCopies(
            ShardKind shard, List<Integer> of, Function<OpenStores, Answer<T>> answering) {
        // Before the question, so that the copy is not further behind than is said.
        long lag = lag(shard, of);
        Answer<T> answer = answering.apply(open(true));
        // One that has heard of everything knows what there is not.
        return lag == 0 && answer instanceof Answer.Unknown<T>
                ? answer
                : new Answer.Stale<>(true, lag).then(_ -> answer);
    }

    /**
     * How many changes the copies of some partitions have yet to hear of.
     *
     * @throws InvalidStateStoreException if that is not known
     */
    private long lag(ShardKind shard, List<Integer> of) {
        Map<String, Map<Integer, LagInfo>> lags = lags();
        long most = 0;
        for (String store : shard.stores()) {
            for (int partition : of) {
                LagInfo lag = lags.getOrDefault(store, Map.of()).get(partition);
                if (lag == null) {
                    throw new InvalidStateStoreException(
                            "%s %d: no copy".formatted(store, partition));
                }
                most = Math.max(most, lag.offsetLag());
            }
        }
        return most;
    }

    /** Kafka is asked for the changelogs' ends, without a bound of its own. */
    private Map<String, Map<Integer, LagInfo>> lags() {
        CompletableFuture<Map<String, Map<Integer, LagInfo>>> lags =
                CompletableFuture.supplyAsync(
                        streams::allLocalStorePartitionLags,
                        task -> Thread.ofVirtual().start(task));
        try {
            return lags.get(LAG_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidStateStoreException("lags: interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new InvalidStateStoreException("lags: not known", e);
        }
    }

    private OpenStores open(boolean copies) {
        return new OpenStores(streams::store, this::partitionOf, copies);
    }

    /** What those partitions have not passed yet. What other partitions hold is not asked for. */
    private Positions missing(ShardKind shard, List<Integer> of, Positions wanted) {
        return switch (shard) {
            case CONTEXTS -> Positions.ofUsage(notRead(of, wanted.offsets()));
            case BUDGETS -> Positions.ofUsage(notHandedOver(of, wanted.offsets()));
            case LEDGER ->
                    new Positions(
                            notHandedOver(of, wanted.offsets()), notRead(of, wanted.requests()));
        };
    }

    private SortedMap<Integer, Long> notRead(List<Integer> of, SortedMap<Integer, Long> wanted) {
        TreeMap<Integer, Long> missing = new TreeMap<>(wanted);
        missing.keySet().retainAll(of);
        missing.entrySet().removeIf(each -> board.input(each.getKey()) >= each.getValue());
        return missing;
    }

    private SortedMap<Integer, Long> notHandedOver(
            List<Integer> of, SortedMap<Integer, Long> wanted) {
        TreeMap<Integer, Long> missing = new TreeMap<>(wanted);
        missing.entrySet()
                .removeIf(
                        each ->
                                of.stream()
                                        .allMatch(
                                                task ->
                                                        board.usage(task, each.getKey())
                                                                >= each.getValue()));
        return missing;
    }
}
