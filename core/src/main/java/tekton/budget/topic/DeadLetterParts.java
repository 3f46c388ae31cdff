package tekton.budget.topic;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.Timestamps;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.DeadLetter.Reason;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A record as a dead letter, as {@link DeadLetter} says.
 *
 * @param key its key as it was, or cut
 * @param value its value as it was, or cut
 * @param headers why, and where it was read
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on at once, never compared.
public record DeadLetterParts(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {

    /**
     * Where a record was read.
     *
     * @param appendedAtMs the broker's append time, epoch milliseconds
     */
    public record SourcePosition(String topic, int partition, long offset, long appendedAtMs) {}

    /**
     * The dead letter of a record.
     *
     * @param message one sentence that names field, value and expectation
     */
    public static DeadLetterParts of(
            byte @Nullable [] key,
            byte @Nullable [] value,
            SourcePosition at,
            Reason reason,
            String message) {
        Headers headers = new RecordHeaders();
        byte[] shortKey = cut(headers, "key", key, DeadLetter.KEY_BYTES_MAX);
        byte[] shortValue = cut(headers, "value", value, DeadLetter.VALUE_BYTES_MAX);
        add(headers, DeadLetter.REASON, reason.wireName());
        add(headers, DeadLetter.MESSAGE, message);
        add(headers, DeadLetter.TOPIC, at.topic());
        add(headers, DeadLetter.PARTITION, Integer.toString(at.partition()));
        add(headers, DeadLetter.OFFSET, Long.toString(at.offset()));
        add(headers, DeadLetter.APPENDED_AT, Timestamps.format(at.appendedAtMs()));
        return new DeadLetterParts(shortKey, shortValue, headers);
    }

    /** What was written compressed, or by a producer with other bounds, may not fit once more. */
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
