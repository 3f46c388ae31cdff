package tekton.budget.api.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tekton.budget.adapter.otlp.SpanMemory;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.usage.ForeignIntake;
import tekton.budget.api.usage.ForeignMeter;
import tekton.budget.api.usage.ForeignSettings;
import tekton.budget.api.usage.IntakeMeter;
import tekton.budget.api.usage.UsageIntake;
import tekton.budget.api.usage.Way;
import tekton.budget.pricing.PriceBook;
import tekton.budget.settings.KafkaConnection;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Partitions that wait and others that go on, without Kafka. Tombstones are records that are read
 * and of which nothing is written.
 */
class TopicSessionTest {

    private static final String EVENTS = "events";
    private static final String OTHERS = "others";
    private static final TopicPartition FIRST = new TopicPartition(EVENTS, 0);
    private static final TopicPartition SECOND = new TopicPartition(EVENTS, 1);
    private static final TopicPartition OTHER = new TopicPartition(OTHERS, 0);

    /** Draws from an allocation whose owner does not answer. */
    private static final String DRAWING =
            """
            {"specversion": "1.0", "id": "1", "source": "s", "type": "com.tekton.budget.usage.v1",
             "data": {"provider": "p", "model": "m", "input_tokens": 1, "output_tokens": 1,
                      "allocation_id": "b.1"}}
            """;

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final Counts counts = new Counts();
    private final TopicSession session = session();

    private static final class Counts implements ForeignMeter, IntakeMeter {
        private long ignored;

        @Override
        public void ignored(Way way, long count) {
            ignored += count;
        }

        @Override
        public void clamped(Way way, long count) {}

        @Override
        public void deadLettered(Way way) {}

        @Override
        public void accepted(Way way) {}

        @Override
        public void refused(Way way, ProblemType why) {}
    }

    private TopicSession session() {
        InstantSource clock = InstantSource.system();
        UsageIntake usage =
                new UsageIntake(
                        () -> PriceBook.EMPTY,
                        _ -> {
                            throw new ProblemException(
                                    Problem.of(ProblemType.SERVICE_UNAVAILABLE, "away"));
                        },
                        clock);
        return new TopicSession(
                consumer,
                new ForeignTopics(
                        List.of(new ForeignTopic(EVENTS, null), new ForeignTopic(OTHERS, null))),
                new TopicIntake(
                        new TopicBodies(ForeignSettings.DEFAULT, new SpanMemory()),
                        new ForeignIntake(usage, counts),
                        clock),
                new TopicWriter(
                        KafkaConnection.plain("localhost:1"),
                        Duration.ofSeconds(1),
                        counts,
                        counts,
                        _ -> {}));
    }

    @BeforeEach
    void join() throws InterruptedException {
        for (TopicPartition each : List.of(FIRST, SECOND, OTHER)) {
            consumer.updateBeginningOffsets(Map.of(each, 0L));
        }
        consumer.updatePartitions(EVENTS, partitions(FIRST, SECOND));
        consumer.updatePartitions(OTHERS, partitions(OTHER));
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(FIRST, SECOND, OTHER)));
        assertThat(session.step()).isFalse();
    }

    @Test
    void shouldLetOtherPartitionsGoOnWhileOneWaits() throws Exception {
        add(FIRST, 0, null);
        add(FIRST, 1, DRAWING);
        add(FIRST, 2, null);
        add(SECOND, 0, null);
        add(OTHER, 0, null);
        assertThat(session.step()).isTrue();

        assertThat(consumer.paused()).containsExactly(FIRST);
        assertThat(consumer.position(FIRST)).isEqualTo(1);
        assertThat(consumer.position(SECOND)).isEqualTo(1);
        assertThat(consumer.committed(Set.of(FIRST, SECOND, OTHER)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                FIRST, new OffsetAndMetadata(1),
                                SECOND, new OffsetAndMetadata(1),
                                OTHER, new OffsetAndMetadata(1)));
        assertThat(counts.ignored).isEqualTo(3);
    }

    @Test
    void shouldResumeAPartitionWhenItsTimeHasCome() throws Exception {
        add(FIRST, 0, DRAWING);
        session.step();
        session.step();
        assertThat(consumer.paused()).containsExactly(FIRST);
        Thread.sleep(Pauses.FIRST);
        session.step();

        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void shouldLeaveOutATopicThatMayNotBeRead() throws Exception {
        consumer.setPollException(new TopicAuthorizationException(Set.of(OTHERS)));
        assertThat(session.step()).isFalse();
        session.step();
        assertThat(consumer.subscription()).containsExactly(EVENTS);

        consumer.rebalance(List.of(FIRST, SECOND));
        add(FIRST, 0, null);
        assertThat(session.step()).isTrue();
        assertThat(consumer.subscription()).containsExactly(EVENTS);
    }

    private void add(TopicPartition to, long offset, @Nullable String value) {
        consumer.addRecord(
                new ConsumerRecord<>(
                        to.topic(),
                        to.partition(),
                        offset,
                        System.currentTimeMillis(),
                        TimestampType.CREATE_TIME,
                        ConsumerRecord.NULL_SIZE,
                        ConsumerRecord.NULL_SIZE,
                        null,
                        value == null ? null : value.getBytes(UTF_8),
                        new RecordHeaders(),
                        Optional.empty()));
    }

    private static List<PartitionInfo> partitions(TopicPartition... all) {
        return Stream.of(all)
                .map(
                        each ->
                                new PartitionInfo(
                                        each.topic(),
                                        each.partition(),
                                        Node.noNode(),
                                        new Node[0],
                                        new Node[0]))
                .toList();
    }
}
