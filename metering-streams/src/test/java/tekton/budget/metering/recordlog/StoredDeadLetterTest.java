package tekton.budget.metering.recordlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.event.DeadLetter;
import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.metering.query.DeadLetterQueries;
import tekton.budget.metering.query.DeadLetterQueries.KeptHeader;
import tekton.budget.metering.query.DeadLetterQueries.ShownDeadLetter;
import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.DeadLetterParts.SourcePosition;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A dead letter read back, whoever has written it. */
class StoredDeadLetterTest {

    private static final SourcePosition AT =
            new SourcePosition("budget.usage", 4, 1042, 1_700_000_000_000L);

    @Test
    void shouldReadWhatWasWritten() {
        DeadLetterParts letter =
                DeadLetterParts.of(bytes("ctx"), bytes("{}"), AT, Reason.INVALID, "field: no");
        letter.headers().add("trace", bytes("t-1"));

        var whole = StoredDeadLetter.whole(record(letter.key(), letter.value(), letter.headers()));

        ShownDeadLetter shown = whole.shown();
        assertThat(shown)
                .isEqualTo(
                        new ShownDeadLetter(
                                0,
                                17,
                                1_700_000_000_500L,
                                "invalid",
                                "field: no",
                                "budget.usage",
                                4,
                                1042L,
                                "2023-11-14T22:13:20Z",
                                "ctx",
                                "{}",
                                2,
                                false));
        // What was the record's goes back with it, what was added does not.
        assertThat(whole.headers()).extracting(KeptHeader::name).containsExactly("trace");
        assertThat(whole.value()).isEqualTo(bytes("{}"));
    }

    @Test
    void shouldShowTheBeginOfALongValueAndNoHalfCharacter() {
        int max = DeadLetterQueries.VALUE_LENGTH_MAX;
        String text = "x".repeat(max - 1) + "\uD83D\uDE00" + "y".repeat(max);

        ShownDeadLetter shown =
                StoredDeadLetter.shown(record(null, bytes(text), new RecordHeaders()));

        assertThat(shown.value()).isEqualTo("x".repeat(max - 1));
        assertThat(shown.valueBytes()).isEqualTo(bytes(text).length);
        assertThat(shown.key()).isNull();
    }

    @Test
    void shouldSayThatBytesWereCut() {
        byte[] large = new byte[DeadLetter.VALUE_BYTES_MAX + 1];
        DeadLetterParts letter = DeadLetterParts.of(null, large, AT, Reason.UNREADABLE, "no JSON");

        assertThat(
                        StoredDeadLetter.shown(
                                        record(letter.key(), letter.value(), letter.headers()))
                                .cut())
                .isTrue();
    }

    @Test
    void shouldTakeHeadersThatSayNothing() {
        Headers headers = new RecordHeaders();
        headers.add(DeadLetter.PARTITION, bytes("many"));
        headers.add(DeadLetter.OFFSET, bytes("-3"));
        headers.add(DeadLetter.REASON, null);

        ShownDeadLetter shown = StoredDeadLetter.shown(record(null, null, headers));

        assertThat(shown.sourcePartition()).isNull();
        assertThat(shown.sourceOffset()).isNull();
        assertThat(shown.reason()).isNull();
        assertThat(shown.value()).isNull();
    }

    @SuppressWarnings("NullAway") // Kafka's records have null keys and values.
    private static ConsumerRecord<byte[], byte[]> record(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                "budget.dead-letters",
                0,
                17,
                1_700_000_000_500L,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key,
                value,
                headers,
                Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
