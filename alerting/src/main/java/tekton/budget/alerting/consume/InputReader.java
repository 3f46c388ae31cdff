package tekton.budget.alerting.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

import tekton.budget.alerting.rule.Input;
import tekton.budget.codec.FeedCodec;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.codec.PollerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.DeadLetter;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The facts that stand in topics. A topic of another module that has findings joins here. */
final class InputReader {

    /** Where facts are read. */
    static final List<Topic> TOPICS =
            List.of(
                    Topics.STATUS,
                    Topics.DECISIONS,
                    Topics.PRICES,
                    Topics.PRICE_STATUS,
                    Topics.DEAD_LETTERS);

    private static final byte[] OF_LEDGER = "{\"kind\"".getBytes(UTF_8);

    private InputReader() {}

    /**
     * The fact that a record states; none when it only says that something is over.
     *
     * @throws IllegalArgumentException if it states none
     */
    static Optional<Input> read(ConsumerRecord<byte[], byte[]> found) {
        if (found.topic().equals(Topics.DEAD_LETTERS.name())) {
            return Optional.of(deadLettered(found));
        }
        return Optional.ofNullable(found.value()).map(value -> read(found, value));
    }

    private static Input read(ConsumerRecord<byte[], byte[]> found, byte[] value) {
        String topic = found.topic();
        if (topic.equals(Topics.PRICES.name())) {
            return new Input.Published(PriceCodec.read(value), found.timestamp());
        }
        if (topic.equals(Topics.PRICE_STATUS.name())) {
            return new Input.FromPoller(PollerCodec.readStatus(value), found.timestamp());
        }
        // The status topic holds what the ledger says of windows and what the metering notices.
        return isOfLedger(value)
                ? new Input.FromLedger(LedgerCodec.readEvent(value))
                : new Input.Noticed(FeedCodec.readNotice(value), found.timestamp());
    }

    private static boolean isOfLedger(byte[] value) {
        return value.length > OF_LEDGER.length
                && Arrays.equals(value, 0, OF_LEDGER.length, OF_LEDGER, 0, OF_LEDGER.length);
    }

    private static Input deadLettered(ConsumerRecord<byte[], byte[]> found) {
        return new Input.DeadLettered(
                DeadLetter.Reason.valueOf(
                        header(found, DeadLetter.REASON).toUpperCase(Locale.ROOT)),
                header(found, DeadLetter.MESSAGE),
                header(found, DeadLetter.TOPIC),
                Integer.parseInt(header(found, DeadLetter.PARTITION)),
                Long.parseLong(header(found, DeadLetter.OFFSET)),
                found.timestamp());
    }

    private static String header(ConsumerRecord<byte[], byte[]> found, String name) {
        Header header = found.headers().lastHeader(name);
        if (header == null || header.value() == null) {
            throw new IllegalArgumentException("header %s: missing".formatted(name));
        }
        return new String(header.value(), UTF_8);
    }
}
