package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.remote.ReadProgress.Reached;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** How far groups have read, on a real broker. */
class ReadProgressIT {

    private static final TopicPartition READ = new TopicPartition("in", 0);
    private static final TopicPartition BEHIND = new TopicPartition("in", 1);
    private static final TopicPartition EMPTY = new TopicPartition("in", 2);

    private static TestBroker broker;

    @BeforeAll
    static void readSome() throws Exception {
        broker = TestBroker.start();
        try (Admin admin = admin();
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", broker.bootstrapServers()),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic("in", 3, (short) 1)))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
            write(producer, READ, 2);
            write(producer, BEHIND, 5);
            admin.alterConsumerGroupOffsets(
                            "readers",
                            Map.of(
                                    READ, new OffsetAndMetadata(2),
                                    BEHIND, new OffsetAndMetadata(1)))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void shouldTellPositionsEndsAndTheAgeOfWhatIsNotRead() throws Exception {
        Map<TopicPartition, Reached> reached =
                reached(
                        unread -> {
                            assertThat(unread).isEqualTo(Map.of(BEHIND, 1L));
                            return Map.of(BEHIND, 4_000L);
                        });

        assertThat(reached)
                .containsEntry(READ, new Reached(2L, 2, 0L))
                .containsEntry(BEHIND, new Reached(1L, 5, 6_000L))
                .containsEntry(EMPTY, new Reached(0L, 0, 0L));
        assertThat(reached.get(BEHIND).lag()).isEqualTo(4);
        assertThat(reached.get(READ).lag()).isZero();
    }

    @Test
    void shouldTellTheRestWhenAgesCannotBeRead() throws Exception {
        Map<TopicPartition, Reached> reached =
                reached(
                        _ -> {
                            throw new org.apache.kafka.common.errors.TimeoutException("by a test");
                        });

        assertThat(reached)
                .containsEntry(READ, new Reached(2L, 2, 0L))
                .containsEntry(BEHIND, new Reached(1L, 5, null))
                .containsEntry(EMPTY, new Reached(0L, 0, 0L));
    }

    private static Map<TopicPartition, Reached> reached(
            Function<Map<TopicPartition, Long>, Map<TopicPartition, Long>> appendTimes)
            throws Exception {
        try (ReadProgress progress =
                new ReadProgress(
                        Map.of("readers", List.of(READ, BEHIND, EMPTY)),
                        ReadProgressIT::admin,
                        appendTimes,
                        InstantSource.fixed(Instant.ofEpochMilli(10_000)))) {
            AtomicReference<Map<TopicPartition, Reached>> answer = new AtomicReference<>();
            Patience.await(() -> answered(progress, answer));
            return answer.get();
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** A machine that is busy may take longer than a person waits. */
    private static boolean answered(
            ReadProgress progress, AtomicReference<Map<TopicPartition, Reached>> answer)
            throws Exception {
        try {
            answer.set(progress.read());
            return true;
        } catch (TimeoutException late) {
            return false;
        }
    }

    private static void write(KafkaProducer<byte[], byte[]> to, TopicPartition of, int count)
            throws Exception {
        for (int i = 0; i < count; i++) {
            to.send(new ProducerRecord<>(of.topic(), of.partition(), null, new byte[1]))
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
        }
    }
}
