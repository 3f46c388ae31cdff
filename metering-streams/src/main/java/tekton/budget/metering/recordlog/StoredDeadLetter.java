package tekton.budget.metering.recordlog;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import tekton.budget.event.DeadLetter;
import tekton.budget.metering.query.DeadLetterQueries;
import tekton.budget.metering.query.DeadLetterQueries.KeptHeader;
import tekton.budget.metering.query.DeadLetterQueries.ShownDeadLetter;
import tekton.budget.metering.query.DeadLetterQueries.WholeDeadLetter;
import tekton.budget.value.WholeNumber;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a dead letter, whoever has written it: anybody may write to a topic. */
final class StoredDeadLetter {

    /** The headers of dead letters begin so, those of the record do not. */
    private static final String OWN = "budget.";

    /** Four bytes are the most that one character takes. */
    private static final int CHARACTER_BYTES_MAX = 4;

    private StoredDeadLetter() {}

    /** The dead letter as it is shown. */
    static ShownDeadLetter shown(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        Long partition = number(headers, DeadLetter.PARTITION);
        byte[] value = record.value();
        return new ShownDeadLetter(
                record.partition(),
                record.offset(),
                record.timestamp(),
                text(headers, DeadLetter.REASON),
                text(headers, DeadLetter.MESSAGE),
                text(headers, DeadLetter.TOPIC),
                partition == null || partition > Integer.MAX_VALUE ? null : partition.intValue(),
                number(headers, DeadLetter.OFFSET),
                text(headers, DeadLetter.APPENDED_AT),
                begin(record.key(), DeadLetterQueries.KEY_LENGTH_MAX),
                begin(value, DeadLetterQueries.VALUE_LENGTH_MAX),
                value == null ? 0 : value.length,
                headers.lastHeader(DeadLetter.CUT) != null);
    }

    /** The same with its bytes. */
    static WholeDeadLetter whole(ConsumerRecord<byte[], byte[]> record) {
        List<KeptHeader> kept = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!header.key().startsWith(OWN)) {
                kept.add(new KeptHeader(header.key(), header.value()));
            }
        }
        return new WholeDeadLetter(shown(record), record.key(), record.value(), kept);
    }

    /** A header's text; null when there is none. */
    static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static @Nullable Long number(Headers headers, String name) {
        String text = text(headers, name);
        Long number = text == null ? null : WholeNumber.parse(text);
        return number == null || number < 0 ? null : number;
    }

    /** Bytes as text; what is no UTF-8 is shown as U+FFFD. No character is cut in two. */
    private static @Nullable String begin(byte @Nullable [] bytes, int lengthMax) {
        if (bytes == null) {
            return null;
        }
        int length = Math.min(bytes.length, lengthMax * CHARACTER_BYTES_MAX);
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        if (text.length() <= lengthMax) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax;
        return text.substring(0, end);
    }
}
