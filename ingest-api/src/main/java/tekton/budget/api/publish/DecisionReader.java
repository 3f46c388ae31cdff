package tekton.budget.api.publish;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.Decision;
import tekton.budget.serde.LedgerCodec;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Reads every committed decision and hands those that somebody waits for to the one who waits.
 *
 * <p>Every instance reads all partitions, without a group: a decision may be made anywhere, and the
 * one who waits is here. Nothing from before {@link #open} is read.
 */
final class DecisionReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionReader.class);

    private static final String NAME = "decisions";

    private final Map<String, CompletableFuture<Decision>> waiting = new ConcurrentHashMap<>();
    private final TopicTail tail;

    DecisionReader(String bootstrapServers) {
        this(TopicTail.consumers(NAME, bootstrapServers));
    }

    DecisionReader(Supplier<KafkaConsumer<byte[], byte[]>> consumers) {
        tail =
                new TopicTail(
                        NAME,
                        List.of(Topics.DECISIONS),
                        consumers,
                        records -> records.forEach(this::hand));
    }

    /** Stands at the present end of every partition, and reads on; see {@link TopicTail#open}. */
    void open() {
        tail.open();
    }

    /** True while decisions are read. */
    boolean isOpen() {
        return tail.isOpen();
    }

    /** True when decisions could not be read the last time. */
    boolean isFailing() {
        return tail.isFailing();
    }

    /** From now on the decision about a request completes the future. */
    void await(String requestId, CompletableFuture<Decision> decision) {
        waiting.put(requestId, decision);
    }

    /** Nobody waits for that decision any more. */
    void forget(String requestId) {
        waiting.remove(requestId);
    }

    /** How many decisions are waited for. */
    int waitingCount() {
        return waiting.size();
    }

    @Override
    public void close() {
        tail.close();
    }

    private void hand(ConsumerRecord<byte[], byte[]> decided) {
        if (decided.key() == null || decided.value() == null || waiting.isEmpty()) {
            return;
        }
        // Most are of other instances: the key tells without reading the decision.
        CompletableFuture<Decision> waiter =
                waiting.get(new String(decided.key(), StandardCharsets.UTF_8));
        if (waiter == null) {
            return;
        }
        try {
            LedgerEvent event = LedgerCodec.readEvent(decided.value());
            if (event instanceof Decision decision) {
                waiter.complete(decision);
            }
        } catch (RuntimeException unreadable) {
            // The next of the same fetch are other people's.
            LOG.error(
                    "{}-{} at {}: not handed to the one who waits",
                    decided.topic(),
                    decided.partition(),
                    decided.offset(),
                    unreadable);
        }
    }
}
