package tekton.budget.api.publish;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.Decision;
import tekton.budget.settings.KafkaConnection;
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

    private final Map<String, CompletableFuture<Decision>> waiting = new ConcurrentHashMap<>();
    private final TopicReader reader;

    DecisionReader(KafkaConnection kafka) {
        this(
                () ->
                        new KafkaConsumer<>(
                                configuration(kafka),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer()));
    }

    DecisionReader(Supplier<KafkaConsumer<byte[], byte[]>> consumers) {
        reader =
                new TopicReader(
                        List.of(Topics.DECISIONS), TopicReader.From.END, consumers, this::hand);
    }

    static Map<String, Object> configuration(KafkaConnection kafka) {
        return TopicReader.configuration(kafka, "budget-decisions", TopicReader.From.END);
    }

    /**
     * Stands at the present end of every partition, and reads on from there in the background.
     *
     * @throws KafkaException if Kafka or the topic is not there within seconds; call again
     */
    void open() {
        reader.open();
    }

    /** True while decisions are read: for ever, unless an {@link Error} has ended it. */
    boolean isOpen() {
        return reader.isOpen();
    }

    /** True when decisions could not be read the last time. */
    boolean isFailing() {
        return reader.isFailing();
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
        reader.close();
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
            // The next of the same poll are other people's.
            LOG.error(
                    "{}-{} at {}: not handed to the one who waits",
                    decided.topic(),
                    decided.partition(),
                    decided.offset(),
                    unreadable);
        }
    }
}
