package tekton.budget.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.testbroker.Patience.await;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.kafka.RequestReply.Request;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Asking by topic on a real broker; the test is the one who answers, and reads the requests. */
class RequestReplyIT {

    private static final int PARTITIONS = 2;

    /** Enough for what has to happen before it is over. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    /** More than a record may have. */
    private static final int TOO_LARGE = 3 * 1024 * 1024;

    private static TestBroker broker;

    private TopicLog log;
    private RequestReply<String> asking;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(
                                            Topics.ALERT_REQUESTS.name(), PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void stop() {
        asking.close();
        log.close();
    }

    @Test
    void shouldHearTheAnswerOfEveryPartition() throws Exception {
        open(Patience.LIMIT, record -> answer(text(record), record.partition()));

        List<ReplyOutcome<String>> outcomes = asking.ask(List.of(request(0), request(1)));

        assertThat(outcomes)
                .extracting(outcome -> ((Answered<String>) outcome).reply())
                .containsExactly("0 in 0", "1 in 1");
        assertThat(asking.waitingCount()).isZero();
    }

    @Test
    void shouldTellTheAnswersThatCameFromThoseThatDidNot() throws Exception {
        open(
                SHORT,
                record -> {
                    if (record.partition() == 0) {
                        answer(text(record), 0);
                    }
                });

        List<ReplyOutcome<String>> outcomes = asking.ask(List.of(request(0), request(1)));

        assertThat(outcomes.getFirst()).isInstanceOf(Answered.class);
        assertThat(outcomes.getLast()).isInstanceOf(NotAnswered.class);
    }

    @Test
    void shouldAnswerWithWhatHasBegunWhenTimeIsUp() throws Exception {
        open(SHORT, record -> asking.begun(text(record), "begun"));

        ReplyOutcome<String> outcome = asking.ask("r", "key", bytes("r"));

        assertThat(((Answered<String>) outcome).reply()).isEqualTo("begun");
    }

    /** Both would else wait for the whole timeout, which is far beyond this test's. */
    @Test
    void shouldNotWaitForWhatCannotBeWritten() throws Exception {
        open(Duration.ofHours(1), _ -> {});
        byte[] tooLarge = new byte[TOO_LARGE];

        assertThat(asking.ask("r", "key", tooLarge)).isEqualTo(new MaybeWritten<>());
        assertThat(asking.ask(List.of(request(0), new Request("1", "1", 1, () -> tooLarge))))
                .containsExactly(new MaybeWritten<>(), new MaybeWritten<>());
        assertThat(asking.waitingCount()).isZero();
    }

    @Test
    void shouldWriteNothingBeforeItIsOpen() throws Exception {
        make(SHORT, _ -> {});

        assertThat(asking.ask("r", "key", bytes("r"))).isEqualTo(NotWritten.notConnected());
    }

    private static Request request(int partition) {
        String id = String.valueOf(partition);
        return new Request(id, id, partition, () -> bytes(id));
    }

    private void answer(String id, int partition) {
        asking.answered(id, id + " in " + partition);
    }

    private void make(Duration timeout, TopicFollower follower) {
        KafkaConnection kafka = KafkaConnection.plain(broker.bootstrapServers());
        log =
                new TopicLog(
                        "replies",
                        () -> KafkaClients.reader(KafkaClients.readerConfig(kafka, "replies")));
        log.follow(List.of(Topics.ALERT_REQUESTS), TopicLog.StartPosition.END, follower);
        asking =
                new RequestReply<>(
                        new TopicPublisher(PublisherSettings.alertRequests(kafka, SHORT)),
                        log,
                        List.of(Topics.ALERT_REQUESTS),
                        timeout,
                        1);
    }

    private void open(Duration timeout, TopicFollower follower) throws Exception {
        make(timeout, follower);
        log.start();
        await(
                () -> {
                    try {
                        asking.open();
                        return true;
                    } catch (KafkaException slow) {
                        return false;
                    }
                });
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
