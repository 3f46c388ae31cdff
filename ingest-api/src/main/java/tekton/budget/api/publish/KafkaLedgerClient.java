package tekton.budget.api.publish;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.kafka.PublisherSettings;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.RequestReply;
import tekton.budget.kafka.TopicFollower;
import tekton.budget.kafka.TopicLog;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Asks the ledger by topic, and takes its decisions from the log of results. Every instance reads
 * all partitions: a decision may be made anywhere, and the one who waits is here.
 */
public final class KafkaLedgerClient implements LedgerClient, TopicFollower {

    /** More than there may be HTTP connections by default; for callers that are none. */
    private static final int WAITING_MAX = 1_000;

    private final RequestReply<LedgerDecision> asking;

    /**
     * A client that is not connected yet.
     *
     * @param results a log that is not started yet
     * @param timeout how long to wait for a decision
     */
    public KafkaLedgerClient(KafkaConnection kafka, TopicLog results, Duration timeout) {
        this(kafka, results, timeout, WAITING_MAX);
    }

    KafkaLedgerClient(KafkaConnection kafka, TopicLog results, Duration timeout, int waitingMax) {
        asking =
                new RequestReply<>(
                        new TopicPublisher(PublisherSettings.requests(kafka, timeout)),
                        results,
                        List.of(Topics.DECISIONS),
                        timeout,
                        waitingMax);
        results.follow(List.of(Topics.DECISIONS), TopicLog.StartPosition.END, this);
    }

    @Override
    public void open() throws InterruptedException {
        asking.open();
    }

    @Override
    public boolean isOpen() {
        return asking.isOpen();
    }

    @Override
    public boolean isFailing() {
        return asking.isFailing();
    }

    @Override
    public ReplyOutcome<LedgerDecision> ask(LedgerRequest request) throws InterruptedException {
        return asking.ask(
                request.head().requestId(), request.head().budgetId(), LedgerCodec.write(request));
    }

    /** How many decisions are waited for. */
    int waitingCount() {
        return asking.waitingCount();
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> decided) {
        if (decided.key() == null || decided.value() == null || asking.waitingCount() == 0) {
            return;
        }
        String requestId = new String(decided.key(), StandardCharsets.UTF_8);
        // Most are of other instances: the key tells without reading the decision.
        if (asking.isAwaited(requestId)
                && LedgerCodec.readEvent(decided.value()) instanceof LedgerDecision decision) {
            asking.answered(requestId, decision);
        }
    }

    @Override
    public void close() {
        asking.close();
    }
}
