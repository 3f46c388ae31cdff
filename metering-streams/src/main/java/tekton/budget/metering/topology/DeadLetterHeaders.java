package tekton.budget.metering.topology;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

import tekton.budget.event.DeadLetter;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.serde.Timestamps;

import java.nio.charset.StandardCharsets;

/** Why and from where a record went to the dead letters, as {@link DeadLetter} says. */
public final class DeadLetterHeaders {

    private DeadLetterHeaders() {}

    /**
     * The headers.
     *
     * @param at where the record was read
     * @param message one sentence that names field, value and expectation
     */
    public static Headers of(
            Record<byte[], byte[]> record, RecordMetadata at, Reason reason, String message) {
        Headers headers = new RecordHeaders();
        add(headers, DeadLetter.REASON, reason.wireName());
        add(headers, DeadLetter.MESSAGE, message);
        add(headers, DeadLetter.TOPIC, at.topic());
        add(headers, DeadLetter.PARTITION, Integer.toString(at.partition()));
        add(headers, DeadLetter.OFFSET, Long.toString(at.offset()));
        add(headers, DeadLetter.APPENDED_AT, Timestamps.format(record.timestamp()));
        return headers;
    }

    private static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
