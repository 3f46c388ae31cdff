package tekton.budget.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

import tekton.budget.event.DeadLetter;
import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.Topics;

/** What is written of a record of this service's topics that nothing can be done about. */
public final class DeadLetterRecord {

    private DeadLetterRecord() {}

    /**
     * The dead letter of a record: its bytes, where it stood, and why.
     *
     * @param why one sentence
     */
    @SuppressWarnings("NullAway") // Kafka's records have null keys and values.
    public static ProducerRecord<byte[], byte[]> of(
            ConsumerRecord<byte[], byte[]> record, String why) {
        DeadLetterParts letter =
                DeadLetterParts.of(
                        record.key(),
                        record.value(),
                        new DeadLetterParts.SourcePosition(
                                record.topic(),
                                record.partition(),
                                record.offset(),
                                record.timestamp()),
                        DeadLetter.Reason.INVALID,
                        why);
        return new ProducerRecord<>(
                Topics.DEAD_LETTERS.name(),
                0,
                null,
                letter.key(),
                letter.value(),
                letter.headers());
    }
}
