package tekton.budget.metering.streams;

import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

import tekton.budget.event.DeadLetter;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.DeadLetterParts.SourcePosition;

/** Makes dead letters, as {@link DeadLetter} says. */
public final class DeadLetters {

    private DeadLetters() {}

    /**
     * A record as a dead letter.
     *
     * @param at where the record was read
     * @param message one sentence that names field, value and expectation
     */
    @SuppressWarnings("NullAway") // Kafka's records have null keys and values.
    public static Record<byte[], byte[]> of(
            Record<byte[], byte[]> record, RecordMetadata at, Reason reason, String message) {
        DeadLetterParts letter =
                DeadLetterParts.of(
                        record.key(),
                        record.value(),
                        new SourcePosition(
                                at.topic(), at.partition(), at.offset(), record.timestamp()),
                        reason,
                        message);
        return new Record<>(letter.key(), letter.value(), record.timestamp(), letter.headers());
    }
}
