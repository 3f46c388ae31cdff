package tekton.budget.metering.topology;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.DeadLetter;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.serde.Timestamps;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Makes dead letters, as {@link DeadLetter} says. */
public final class DeadLetters {

    private DeadLetters() {}

    /**
     * A record as a dead letter.
     *
     * @param at where the record was read
     * @param message one sentence that names field, value and expectation
     */
    public static Record<byte[], byte[]> of(
            Record<byte[], byte[]> record, RecordMetadata at, Reason reason, String message) {
        Headers headers = new RecordHeaders();
        byte[] key = cut(headers, "key", record.key(), DeadLetter.KEY_BYTES_MAX);
        byte[] value = cut(headers, "value", record.value(), DeadLetter.VALUE_BYTES_MAX);
        add(headers, DeadLetter.REASON, reason.wireName());
        add(headers, DeadLetter.MESSAGE, message);
        add(headers, DeadLetter.TOPIC, at.topic());
        add(headers, DeadLetter.PARTITION, Integer.toString(at.partition()));
        add(headers, DeadLetter.OFFSET, Long.toString(at.offset()));
        add(headers, DeadLetter.APPENDED_AT, Timestamps.format(record.timestamp()));
        return new Record<>(key, value, record.timestamp(), headers);
    }

    /** What was written compressed, or by a producer with other bounds, may not fit once more. */
    @SuppressWarnings("NullAway") // Kafka's records have null keys and values.
    private static byte @Nullable [] cut(
            Headers headers, String part, byte @Nullable [] bytes, int max) {
        if (bytes == null || bytes.length <= max) {
            return bytes;
        }
        add(headers, DeadLetter.CUT, part + " of " + bytes.length + " bytes");
        return Arrays.copyOf(bytes, max);
    }

    private static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
