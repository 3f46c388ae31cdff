package tekton.budget.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static tekton.budget.testbroker.Patience.await;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.kafka.TopicLog.LogState;
import tekton.budget.kafka.TopicLog.StartPosition;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Topic;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Topics loaded and followed on a real broker. */
class TopicLogIT {

    private static TestBroker broker;
    private static Admin admin;
    private static KafkaProducer<byte[], byte[]> producer;

    private final AtomicReference<Throwable> fault = new AtomicReference<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final TopicLog log = new TopicLog("a log", this::consumer);

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start();
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(config);
        producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        admin.close();
        broker.close();
    }

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void shouldLoadAndThenFollow() throws Exception {
        Topic topic = make("whole", 2);
        write(topic, 0, "a");
        write(topic, 1, "b");
        log.follow(List.of(topic), StartPosition.BEGINNING, this::take);
        assertThat(log.state()).isEqualTo(LogState.LOADING);
        assertThat(log.isCaughtUp(topic)).isFalse();

        log.start();

        assertThat(log.awaitCaughtUp(topic, Patience.LIMIT)).isTrue();
        assertThat(taken).containsExactlyInAnyOrder("a", "b");
        assertThat(log.state()).isEqualTo(LogState.FOLLOWING);
        write(topic, 0, "c");
        assertThat(log.catchUp(topic, Patience.LIMIT)).isTrue();
        assertThat(taken).hasSize(3).last().isEqualTo("c");
    }

    @Test
    void shouldBeginAtTheEndOrAsFarBeforeItAsIsWanted() throws Exception {
        Topic topic = make("end", 1);
        write(topic, 0, "a");
        write(topic, 0, "b");
        List<String> late = new CopyOnWriteArrayList<>();
        Map<Integer, Long> news = new ConcurrentHashMap<>();
        log.follow(
                List.of(topic),
                StartPosition.END,
                new TopicFollower() {
                    @Override
                    public long lookBack(TopicPartition partition) {
                        return 1;
                    }

                    @Override
                    public void begins(TopicPartition partition, long from, long end) {
                        news.put(partition.partition(), end);
                    }

                    @Override
                    public void take(ConsumerRecord<byte[], byte[]> record) {
                        taken.add(text(record));
                    }
                });
        log.follow(List.of(topic), StartPosition.END, record -> late.add(text(record)));
        log.start();
        assertThat(log.awaitCaughtUp(topic, Patience.LIMIT)).isTrue();

        write(topic, 0, "c");

        assertThat(log.catchUp(topic, Patience.LIMIT)).isTrue();
        assertThat(taken).containsExactly("b", "c");
        assertThat(late).containsExactly("c");
        assertThat(news).containsEntry(0, 2L);
    }

    @Test
    void shouldWaitForATopicWithoutHoldingUpTheOthers() throws Exception {
        Topic there = make("there", 1);
        Topic later = topic("later");
        log.follow(List.of(there, later), StartPosition.BEGINNING, this::take);
        log.start();
        assertThat(log.awaitCaughtUp(there, Patience.LIMIT)).isTrue();
        assertThat(log.isCaughtUp(later)).isFalse();
        assertThat(log.state()).isEqualTo(LogState.LOADING);

        make("later", 1);
        write(later, 0, "x");

        assertThat(log.awaitCaughtUp(later, Patience.LIMIT)).isTrue();
        await(() -> taken.contains("x"));
        assertThat(log.state()).isEqualTo(LogState.FOLLOWING);
    }

    @Test
    void shouldTakeTheNextRecordWhateverOneThrows() throws Exception {
        Topic topic = make("throwing", 1);
        write(topic, 0, "bad");
        write(topic, 0, "good");
        log.follow(List.of(topic), StartPosition.BEGINNING, this::take);

        log.start();

        assertThat(log.awaitCaughtUp(topic, Patience.LIMIT)).isTrue();
        assertThat(taken).containsExactly("good");
        assertThat(log.state()).isEqualTo(LogState.FOLLOWING);
    }

    /** Twice: that it has outlived one exception says little of the next. */
    @Test
    void shouldReadOnWhateverReadingThrows() throws Exception {
        Topic topic = make("faulty", 1);
        log.follow(List.of(topic), StartPosition.BEGINNING, this::take);
        log.start();
        assertThat(log.awaitCaughtUp(topic, Patience.LIMIT)).isTrue();
        for (String next : List.of("first", "second")) {
            fault.set(new IllegalStateException("as a bug would"));
            await(() -> log.state() == LogState.FAILING);
            write(topic, 0, next);

            fault.set(null);

            assertThat(log.catchUp(topic, Patience.LIMIT)).isTrue();
            await(() -> log.state() == LogState.FOLLOWING);
            assertThat(taken).last().isEqualTo(next);
        }
    }

    @Test
    void shouldBeginAnewWhereItsPositionIsLost() throws Exception {
        Topic topic = make("cut", 1);
        log.follow(List.of(topic), StartPosition.BEGINNING, this::take);
        log.start();
        assertThat(log.awaitCaughtUp(topic, Patience.LIMIT)).isTrue();
        fault.set(new IllegalStateException("held back"));
        await(log::isFailing);
        admin.deleteTopics(List.of(topic.name())).all().get(Patience.SECONDS, TimeUnit.SECONDS);
        await(() -> !admin.listTopics().names().get().contains(topic.name()));
        make("cut", 1);
        write(topic, 0, "anew");

        fault.set(null);

        await(() -> taken.contains("anew"));
    }

    /** A consumer finds no records then, and says nothing else. */
    @Test
    void shouldTellThatTheBrokerIsAway() throws Exception {
        TestBroker own = TestBroker.start();
        Topic topic = topic("away");
        try (Admin there = Admin.create(Map.of("bootstrap.servers", own.bootstrapServers()))) {
            there.createTopics(List.of(new NewTopic("away", 1, (short) 1)))
                    .all()
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
        }
        try (TopicLog away =
                new TopicLog(
                        "away",
                        () ->
                                KafkaClients.reader(
                                        KafkaClients.readerConfig(
                                                KafkaConnection.plain(own.bootstrapServers()),
                                                "away")))) {
            away.follow(List.of(topic), StartPosition.BEGINNING, this::take);
            away.start();
            assertThat(away.awaitCaughtUp(topic, Patience.LIMIT)).isTrue();
            await(() -> away.state() == LogState.FOLLOWING);

            own.close();

            await(() -> away.state() == LogState.FAILING);
        }
    }

    /** What one follower throws is nothing to the others of the same fetch. */
    @Test
    void shouldTellAllFollowersThatAFetchIsTaken() throws Exception {
        Topic topic = make("fetched", 1);
        write(topic, 0, "a");
        List<String> told = new CopyOnWriteArrayList<>();
        log.follow(
                List.of(topic),
                StartPosition.BEGINNING,
                new TopicFollower() {
                    @Override
                    public void begins(TopicPartition partition, long from, long end) {
                        throw new IllegalStateException("as a bug would");
                    }

                    @Override
                    public void take(ConsumerRecord<byte[], byte[]> record) {}

                    @Override
                    public void taken() {
                        throw new IllegalStateException("as a bug would");
                    }
                });
        log.follow(
                List.of(topic),
                StartPosition.BEGINNING,
                new TopicFollower() {
                    @Override
                    public void take(ConsumerRecord<byte[], byte[]> record) {}

                    @Override
                    public void taken() {
                        told.add("taken");
                    }
                });

        log.start();

        assertThat(log.awaitCaughtUp(topic, Patience.LIMIT)).isTrue();
        assertThat(told).isNotEmpty();
        assertThat(log.state()).isEqualTo(LogState.FOLLOWING);
    }

    @Test
    void shouldTellThatAnErrorHasEndedIt() throws Exception {
        Topic topic = make("fatal", 1);
        log.follow(List.of(topic), StartPosition.BEGINNING, this::take);
        log.start();
        assertThat(log.awaitCaughtUp(topic, Patience.LIMIT)).isTrue();

        fault.set(new NoClassDefFoundError("as a broken installation would"));

        await(() -> log.state() == LogState.ENDED);
        assertThat(log.isCaughtUp(topic)).isFalse();
    }

    @Test
    void shouldBeAskedOnlyForWhatItReads() {
        assertThatThrownBy(() -> log.isCaughtUp(topic("foreign")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("foreign: not read by a log");
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String text = text(record);
        if (text.equals("bad")) {
            throw new IllegalStateException("as a bug would");
        }
        taken.add(text);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private static Topic make(String name, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                .all()
                .get(Patience.SECONDS, TimeUnit.SECONDS);
        return topic(name);
    }

    private static Topic topic(String name) {
        return new Topic(name, Topic.Partitioning.SINGLE, Topic.Cleanup.DELETE, null, false);
    }

    private static void write(Topic topic, int partition, String value) throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                topic.name(),
                                partition,
                                null,
                                value.getBytes(StandardCharsets.UTF_8)))
                .get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> config =
                KafkaClients.readerConfig(
                        KafkaConnection.plain(broker.bootstrapServers()), "topic-log-test");
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                return switch (fault.get()) {
                    case RuntimeException exception -> throw exception;
                    case Error error -> throw error;
                    case null, default -> super.poll(timeout);
                };
            }
        };
    }
}
