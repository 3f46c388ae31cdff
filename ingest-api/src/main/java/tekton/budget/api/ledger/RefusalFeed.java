package tekton.budget.api.ledger;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.kafka.TopicFollower;
import tekton.budget.kafka.TopicLog;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes refused allocations from the decisions that this instance reads anyway, and after a start
 * from the newest of those before it. Any thread may ask.
 */
public final class RefusalFeed implements TopicFollower {

    /** How many entries of each partition are read from before the start. */
    static final long LOOK_BACK = 5_000;

    /** The codec writes the kind first, so most decisions need not be read. */
    private static final byte[] REFUSED =
            "{\"kind\":\"refused\"".getBytes(StandardCharsets.US_ASCII);

    private final TopicLog results;
    private final RefusalMemory memory = new RefusalMemory();

    /** Partitions of which older records exist than will be read; of the reading thread. */
    private final Set<Integer> beginLater = new HashSet<>();

    /**
     * Follows by a log that is not started yet.
     *
     * @param results reads the decisions
     */
    public RefusalFeed(TopicLog results) {
        this.results = results;
        results.follow(List.of(Topics.DECISIONS), TopicLog.StartPosition.END, this);
    }

    @Override
    public long lookBack(TopicPartition partition) {
        return LOOK_BACK;
    }

    @Override
    public void begins(TopicPartition partition, long from, long end) {
        if (end - from < LOOK_BACK) {
            memory.readFrom(partition.partition(), Long.MIN_VALUE);
        } else {
            beginLater.add(partition.partition());
        }
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> decided) {
        if (beginLater.remove(decided.partition())) {
            memory.readFrom(decided.partition(), decided.timestamp());
        }
        byte[] value = decided.value();
        if (value != null
                && value.length > REFUSED.length
                && Arrays.equals(value, 0, REFUSED.length, REFUSED, 0, REFUSED.length)
                && LedgerCodec.readEvent(value) instanceof RequestRefused refused
                && refused.asked() != null) {
            memory.add(refused);
        }
    }

    /**
     * The newest refusals.
     *
     * @throws ProblemException 503 until the decisions were read once, and while they cannot be
     */
    RefusalMemory.NewestRefusals newest(@Nullable String budgetId, int limit, long nowMs) {
        if (results.isFailing() || !results.isCaughtUp(Topics.DECISIONS)) {
            throw new ProblemException(
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE,
                            results.isFailing()
                                    ? "the decisions cannot be read at present"
                                    : "the decisions have not been read yet",
                            Duration.ofSeconds(1)));
        }
        return memory.newest(budgetId, limit, nowMs);
    }
}
