package tekton.budget.api.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.adapter.otlp.SpanMemory;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.usage.ForeignIntake;
import tekton.budget.api.usage.ForeignMeter;
import tekton.budget.api.usage.ForeignSettings;
import tekton.budget.api.usage.UsageIntake;
import tekton.budget.api.usage.Way;
import tekton.budget.event.DeadLetter;
import tekton.budget.pricing.PriceBook;
import tekton.budget.topic.DeadLetterParts;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Records of topics and their outcomes, without Kafka. */
class TopicIntakeTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final long WRITTEN = NOW.minus(Duration.ofHours(2)).toEpochMilli();
    private static final ForeignTopic EVENTS = new ForeignTopic("events", null);

    private final Counts counts = new Counts();
    private Supplier<PriceBook> prices = () -> PriceBook.EMPTY;
    private UnaryOperator<String> contexts = _ -> "of-allocation";

    private static final class Counts implements ForeignMeter {
        private long all;

        @Override
        public void ignored(Way way, long count) {
            all += count;
        }

        @Override
        public void clamped(Way way, long count) {
            all += count;
        }

        @Override
        public void deadLettered(Way way) {
            all++;
        }
    }

    private RecordOutcome judge(byte @Nullable [] value, RecordHeaders headers) {
        return judge(value, headers, WRITTEN);
    }

    private RecordOutcome judge(byte @Nullable [] value, RecordHeaders headers, long writtenMs) {
        InstantSource clock = InstantSource.fixed(NOW);
        TopicIntake intake =
                new TopicIntake(
                        new TopicBodies(ForeignSettings.DEFAULT, new SpanMemory()),
                        new ForeignIntake(
                                new UsageIntake(
                                        () -> prices.get(), id -> contexts.apply(id), clock),
                                counts),
                        clock);
        return intake.judge(
                EVENTS,
                new ConsumerRecord<>(
                        EVENTS.name(),
                        1,
                        42,
                        writtenMs,
                        TimestampType.CREATE_TIME,
                        ConsumerRecord.NULL_SIZE,
                        ConsumerRecord.NULL_SIZE,
                        null,
                        value,
                        headers,
                        Optional.empty()));
    }

    private RecordOutcome judge(String value) {
        return judge(value.getBytes(UTF_8), new RecordHeaders());
    }

    private static String own(int id, String data) {
        return "{\"specversion\": \"1.0\", \"id\": \"%d\", \"source\": \"s\", \"type\": \"com.tekton.budget.usage.v1\", \"data\": {\"provider\": \"p\", \"model\": \"m\", \"output_tokens\": 1, %s}}"
                .formatted(id, data);
    }

    @Test
    void shouldGiveAnEventWithoutATimeTheTimeOfItsRecord() {
        RecordOutcome outcome = judge(own(1, "\"context_id\": \"c\", \"input_tokens\": 1"));

        assertThat(outcome.letter()).isNull();
        assertThat(outcome.usage())
                .singleElement()
                .satisfies(
                        usage -> {
                            assertThat(usage.recordId()).isEqualTo("s|1");
                            assertThat(usage.sentTimestampMs()).isNull();
                            assertThat(usage.receivedAtMs()).isEqualTo(WRITTEN);
                        });
    }

    /** The topology judges the same time: it would be refused there. */
    @Test
    void shouldRefuseAnEventWithoutATimeInARecordThatIsTooOld() {
        RecordOutcome outcome =
                judge(
                        own(1, "\"context_id\": \"c\", \"input_tokens\": 1").getBytes(UTF_8),
                        new RecordHeaders(),
                        NOW.minus(Duration.ofDays(36)).toEpochMilli());

        assertThat(outcome.usage()).isEmpty();
        assertThat(text(outcome, DeadLetter.MESSAGE))
                .startsWith("event 0: timestamp: \"2026-10-24T12:00:00Z\"");
    }

    @Test
    void shouldTakeWhomItIsOfFromHeadersOfAnyCase() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("x-budget-CONTEXT", "from-header".getBytes(UTF_8));
        RecordOutcome outcome = judge(own(1, "\"input_tokens\": 1").getBytes(UTF_8), headers);

        assertThat(outcome.usage().getFirst().contextId()).isEqualTo("from-header");
    }

    @Test
    void shouldPassOverTombstones() {
        assertThat(judge(null, new RecordHeaders())).isEqualTo(RecordOutcome.IGNORED);
    }

    /** A record may be judged often before it is read. */
    @Test
    void shouldLeaveCountingToTheFateOfTheRecord() {
        String gateway =
                "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": \"other\"}";
        RecordOutcome outcome = judge("[%s, %s]".formatted(gateway, gateway));

        assertThat(outcome.ignored()).isEqualTo(2);
        assertThat(counts.all).isZero();
    }

    @Test
    void shouldExplainTheFirstRefusalsAndCountTheRest() {
        StringBuilder events = new StringBuilder("[");
        for (int i = 0; i < 30; i++) {
            events.append(i == 0 ? "" : ", ")
                    .append(
                            own(
                                    i,
                                    i < 5
                                            ? "\"context_id\": \"c\", \"input_tokens\": 1"
                                            : "\"input_tokens\": -1"));
        }
        RecordOutcome outcome = judge(events.append(']').toString());

        assertThat(outcome.usage()).hasSize(5);
        assertThat(outcome.refused()).hasSize(25);
        assertThat(text(outcome, DeadLetter.MESSAGE))
                .startsWith("5 counted, 25 not: event 5: ")
                .contains("; event 14: ")
                .doesNotContain("event 15")
                .endsWith("; and 15 more")
                .hasSizeLessThan(6_000);
        assertThat(text(outcome, DeadLetter.OFFSET)).isEqualTo("42");
    }

    @Test
    void shouldKeepHeadersAsFarAsTheyFitAndNoneThatLooksLikeOurs() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("budget.reason", "mine".getBytes(UTF_8));
        headers.add("large", new byte[20_000]);
        headers.add("empty", null);
        for (int i = 0; i < 150; i++) {
            headers.add("h" + i, new byte[] {1});
        }
        RecordOutcome outcome = judge("nothing".getBytes(UTF_8), headers);

        assertThat(text(outcome, DeadLetter.REASON)).isEqualTo("unreadable");
        assertThat(letter(outcome).headers().headers("budget.reason")).hasSize(1);
        assertThat(letter(outcome).headers().lastHeader("large")).isNull();
        assertThat(letter(outcome).headers().lastHeader("h98")).isNotNull();
        assertThat(letter(outcome).headers().lastHeader("h99")).isNull();
        assertThat(text(outcome, DeadLetter.CUT)).isEqualTo("52 headers left out");
    }

    @Test
    void shouldJudgeAgainWhatNobodyCanSayNow() {
        ProblemException away =
                new ProblemException(Problem.of(ProblemType.SERVICE_UNAVAILABLE, "away"));
        contexts =
                _ -> {
                    throw away;
                };
        String drawing = own(1, "\"allocation_id\": \"b.1\", \"input_tokens\": 1");
        assertThatThrownBy(() -> judge(drawing)).isInstanceOf(ProblemException.class);
        contexts = _ -> "c";
        assertThat(judge(drawing).usage()).hasSize(1);
        prices =
                () -> {
                    throw away;
                };
        assertThatThrownBy(() -> judge(drawing)).isInstanceOf(ProblemException.class);
    }

    /** Each may take seconds. */
    @Test
    void shouldAskNoFurtherBehindTheFirstThatNobodyCanSayNow() {
        int[] asked = {0};
        contexts =
                _ -> {
                    asked[0]++;
                    throw new ProblemException(Problem.of(ProblemType.SERVICE_UNAVAILABLE, "away"));
                };
        String drawing = own(1, "\"allocation_id\": \"b.1\", \"input_tokens\": 1");
        assertThatThrownBy(() -> judge("[%s, %s, %s]".formatted(drawing, drawing, drawing)))
                .isInstanceOf(ProblemException.class);

        assertThat(asked).containsExactly(1);
    }

    /** No record may hold up those behind it. */
    @Test
    void shouldBuryWhatBreaksIt() {
        prices =
                () -> {
                    throw new IllegalStateException("broken");
                };
        RecordOutcome outcome = judge(own(1, "\"context_id\": \"c\", \"input_tokens\": 1"));

        assertThat(outcome.usage()).isEmpty();
        assertThat(text(outcome, DeadLetter.REASON)).isEqualTo("invalid");
        assertThat(text(outcome, DeadLetter.MESSAGE)).contains("IllegalStateException");
    }

    private static DeadLetterParts letter(RecordOutcome outcome) {
        return Objects.requireNonNull(outcome.letter());
    }

    private static String text(RecordOutcome outcome, String header) {
        return new String(letter(outcome).headers().lastHeader(header).value(), UTF_8);
    }
}
