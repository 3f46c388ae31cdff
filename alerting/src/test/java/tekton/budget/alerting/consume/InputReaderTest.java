package tekton.budget.alerting.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

import tekton.budget.alerting.Facts;
import tekton.budget.alerting.rule.Input;
import tekton.budget.codec.FeedCodec;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.codec.PollerCodec;
import tekton.budget.codec.PriceCodec;
import tekton.budget.event.DeadLetter;
import tekton.budget.event.Notice;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.Rates;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.topic.DeadLetterParts;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;
import tekton.budget.value.EpochMinute;

import java.time.Instant;
import java.util.Optional;

/** What other modules write is what the rules hear of. */
class InputReaderTest {

    private static final long AT_MS = Facts.START_MS;

    @Test
    void shouldTellTheLedgersWordsFromTheMeterings() {
        LevelCrossed crossed = Facts.crossed(Level.WARNING, 80, 100, AT_MS);
        Notice notice =
                new Notice(
                        Notice.NoticeKind.UNPRICED_USAGE,
                        "team-a",
                        "openai/new",
                        new EpochMinute(60));

        assertThat(read(Topics.STATUS, LedgerCodec.write(crossed)))
                .contains(new Input.FromLedger(crossed));
        assertThat(read(Topics.DECISIONS, LedgerCodec.write(crossed)))
                .contains(new Input.FromLedger(crossed));
        assertThat(read(Topics.STATUS, FeedCodec.write(notice)))
                .contains(new Input.Noticed(notice, AT_MS));
    }

    @Test
    void shouldReadPricesAndWhatThePollerFinds() {
        PricePublished price =
                new PricePublished(
                        "openai", "gpt-4o", Instant.EPOCH, "litellm", Rates.of(1, 2), true);
        PriceStatus reply =
                PriceStatus.PriceReply.refused(
                        "r", PriceStatus.PriceRefusal.UNKNOWN, "no such thing", Instant.EPOCH);

        assertThat(read(Topics.PRICES, PriceCodec.write(price)))
                .contains(new Input.Published(price, AT_MS));
        assertThat(read(Topics.PRICE_STATUS, PollerCodec.write(reply)))
                .contains(new Input.FromPoller(reply, AT_MS));
        assertThat(read(Topics.PRICE_STATUS, null)).describedAs("over").isEmpty();
    }

    @Test
    void shouldReadADeadLettersReasonAndPlace() {
        DeadLetterParts letter =
                DeadLetterParts.of(
                        null,
                        "x".getBytes(UTF_8),
                        new DeadLetterParts.SourcePosition("budget.usage", 2, 7, 1),
                        DeadLetter.Reason.CONFLICT,
                        "record_id: r1 (expected: one content)");

        assertThat(read(Topics.DEAD_LETTERS, letter.value(), letter.headers()))
                .contains(
                        new Input.DeadLettered(
                                DeadLetter.Reason.CONFLICT,
                                "record_id: r1 (expected: one content)",
                                "budget.usage",
                                2,
                                7,
                                AT_MS));
    }

    @Test
    void shouldRefuseWhatStatesNothing() {
        for (Topic topic :
                new Topic[] {
                    Topics.STATUS, Topics.PRICES, Topics.PRICE_STATUS, Topics.DEAD_LETTERS
                }) {
            assertThatIllegalArgumentException()
                    .describedAs(topic.name())
                    .isThrownBy(() -> read(topic, "{}".getBytes(UTF_8)));
        }
    }

    private static Optional<Input> read(Topic topic, byte[] value) {
        return read(topic, value, new RecordHeaders());
    }

    private static Optional<Input> read(Topic topic, byte[] value, Headers headers) {
        return InputReader.read(
                new ConsumerRecord<>(
                        topic.name(),
                        0,
                        0,
                        AT_MS,
                        TimestampType.LOG_APPEND_TIME,
                        0,
                        0,
                        new byte[0],
                        value,
                        headers,
                        Optional.empty()));
    }
}
