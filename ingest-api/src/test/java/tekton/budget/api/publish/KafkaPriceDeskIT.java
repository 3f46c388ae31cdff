package tekton.budget.api.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tekton.budget.codec.PollerCodec;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Outcome;
import tekton.budget.event.PriceStatus.Reply;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Asking over a real broker; the test answers, in transactions as the poller does. */
class KafkaPriceDeskIT {

    /** Enough for what has to happen before it is over. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private TestBroker broker;
    private KafkaPriceDesk desk;
    private KafkaConsumer<byte[], byte[]> requests;
    private KafkaProducer<byte[], byte[]> poller;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(Topics.PRICE_REQUESTS.name(), 1, (short) 1),
                                    new NewTopic(Topics.PRICE_STATUS.name(), 1, (short) 1)))
                    .all()
                    .get();
        }
        requests =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> all = List.of(new TopicPartition(Topics.PRICE_REQUESTS.name(), 0));
        requests.assign(all);
        requests.seekToBeginning(all);
        poller =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "transactional.id",
                                "poller"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        poller.initTransactions();
    }

    @AfterEach
    void stop() {
        desk.close();
        requests.close();
        poller.close();
        broker.close();
    }

    @Test
    void shouldKnowWhatWasSaidBeforeAndHearWhatIsSaidNow() throws Exception {
        say(source("litellm"));
        say(source("openrouter"));
        say("source/openrouter", null);

        open(Patience.LIMIT);

        assertThat(desk.all(SourceState.class))
                .extracting(SourceState::source)
                .containsExactly("litellm");
        Future<PriceDesk.Outcome> asking = ask("r1");
        ConsumerRecord<byte[], byte[]> written = next();
        assertThat(PollerCodec.readRequest(written.value()))
                .isEqualTo(new PriceRequest.Update("r1"));
        assertThat(written.key()).isEqualTo("r1".getBytes(StandardCharsets.UTF_8));

        poller.beginTransaction();
        send("reply/r1", PollerCodec.write(reply("r1", Outcome.DONE)));
        poller.abortTransaction();
        say(reply("r0", Outcome.DONE));
        say(reply("r1", Outcome.STARTED));
        say(reply("r1", Outcome.DONE));

        assertThat(asking.get()).isEqualTo(new PriceDesk.Answered(reply("r1", Outcome.DONE)));
    }

    @Test
    void shouldSayHowFarItHasComeWhenTimeIsUp() throws Exception {
        open(SHORT);

        Future<PriceDesk.Outcome> unheard = ask("r1");
        assertThat(unheard.get()).isEqualTo(new PriceDesk.Unanswered(SHORT));

        Future<PriceDesk.Outcome> begun = ask("r2");
        say(reply("r2", Outcome.STARTED));
        assertThat(begun.get()).isEqualTo(new PriceDesk.Answered(reply("r2", Outcome.STARTED)));
    }

    @Test
    void shouldWriteNothingBeforeItIsOpen() throws Exception {
        desk =
                new KafkaPriceDesk(
                        KafkaConnection.plain(broker.bootstrapServers()), Duration.ofSeconds(1));

        assertThat(desk.ask(new PriceRequest.Update("r")))
                .isEqualTo(new PriceDesk.Unwritten(false));
    }

    private void open(Duration patience) {
        desk = new KafkaPriceDesk(KafkaConnection.plain(broker.bootstrapServers()), patience);
        // As the application does: a broker that is slow to answer is asked again.
        Patience.await(
                () -> {
                    try {
                        desk.open();
                        return true;
                    } catch (KafkaException slow) {
                        return false;
                    }
                });
    }

    private Future<PriceDesk.Outcome> ask(String id) {
        FutureTask<PriceDesk.Outcome> task =
                new FutureTask<>(() -> desk.ask(new PriceRequest.Update(id)));
        Thread.ofVirtual().start(task);
        return task;
    }

    private ConsumerRecord<byte[], byte[]> next() {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> record : requests.poll(Duration.ofMillis(100))) {
                return record;
            }
        }
        throw new AssertionError("no request");
    }

    private void say(PriceStatus status) {
        say(status.key(), PollerCodec.write(status));
    }

    private void say(String key, byte[] value) {
        poller.beginTransaction();
        send(key, value);
        poller.commitTransaction();
    }

    private void send(String key, byte[] value) {
        Future<RecordMetadata> _ =
                poller.send(
                        new ProducerRecord<>(
                                Topics.PRICE_STATUS.name(),
                                key.getBytes(StandardCharsets.UTF_8),
                                value));
    }

    private static SourceState source(String name) {
        return new SourceState(
                name, "file:///x", null, Instant.EPOCH, null, 0, 0, 0, new TreeMap<>());
    }

    private static Reply reply(String id, Outcome outcome) {
        return new Reply(id, outcome, null, "m", List.of("litellm"), null, 1, Instant.EPOCH);
    }
}
