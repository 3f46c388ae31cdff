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
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.kafka.KafkaClients;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.kafka.ReplyOutcome.Position;
import tekton.budget.kafka.TopicLog;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Asking over a real broker; the test answers, in transactions as the poller does. */
class KafkaPriceClientIT {

    /** Enough for what has to happen before it is over. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private TestBroker broker;
    private TopicLog results;
    private KafkaPriceClient client;
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
        client.close();
        results.close();
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

        assertThat(client.all(SourceState.class))
                .extracting(SourceState::source)
                .containsExactly("litellm");
        Future<ReplyOutcome<PriceReply>> asking = ask("r1");
        ConsumerRecord<byte[], byte[]> written = next();
        assertThat(PollerCodec.readRequest(written.value()))
                .isEqualTo(new PriceRequest.Update("r1"));
        assertThat(written.key()).isEqualTo("r1".getBytes(StandardCharsets.UTF_8));

        poller.beginTransaction();
        send("reply/r1", PollerCodec.write(reply("r1", PriceOutcome.DONE)));
        poller.abortTransaction();
        say(reply("r0", PriceOutcome.DONE));
        say(reply("r1", PriceOutcome.STARTED));
        say(reply("r1", PriceOutcome.DONE));

        assertThat(replyOf(asking.get())).isEqualTo(reply("r1", PriceOutcome.DONE));
    }

    @Test
    void shouldSayHowFarItHasComeWhenTimeIsUp() throws Exception {
        open(SHORT);

        Future<ReplyOutcome<PriceReply>> unheard = ask("r1");
        assertThat(unheard.get()).isEqualTo(new NotAnswered<>(new Position(0, 0), SHORT));

        AtomicInteger asked = new AtomicInteger(1);
        AtomicReference<ReplyOutcome<PriceReply>> outcome = new AtomicReference<>();
        // On a slow machine the beginning may be heard of too late: then once more.
        Patience.await(
                () -> {
                    String id = "r" + asked.incrementAndGet();
                    Future<ReplyOutcome<PriceReply>> begun = ask(id);
                    say(reply(id, PriceOutcome.STARTED));
                    outcome.set(begun.get());
                    return outcome.get() instanceof Answered;
                });
        assertThat(replyOf(outcome.get()))
                .isEqualTo(reply("r" + asked.get(), PriceOutcome.STARTED));
    }

    @Test
    void shouldWriteNothingBeforeItIsOpen() throws Exception {
        client =
                new KafkaPriceClient(
                        KafkaConnection.plain(broker.bootstrapServers()),
                        log(),
                        Duration.ofSeconds(1));

        assertThat(client.ask(new PriceRequest.Update("r"))).isEqualTo(NotWritten.notConnected());
    }

    private void open(Duration timeout) {
        client =
                new KafkaPriceClient(
                        KafkaConnection.plain(broker.bootstrapServers()), log(), timeout);
        results.start();
        // As the application does: a broker that is slow to answer is asked again.
        Patience.await(
                () -> {
                    try {
                        client.open();
                        return true;
                    } catch (KafkaException slow) {
                        return false;
                    } catch (InterruptedException stop) {
                        throw new IllegalStateException(stop);
                    }
                });
    }

    private TopicLog log() {
        results =
                new TopicLog(
                        "results",
                        () ->
                                KafkaClients.reader(
                                        KafkaClients.readerConfig(
                                                KafkaConnection.plain(broker.bootstrapServers()),
                                                "results")));
        return results;
    }

    private static PriceReply replyOf(ReplyOutcome<PriceReply> outcome) {
        return ((Answered<PriceReply>) outcome).reply();
    }

    private Future<ReplyOutcome<PriceReply>> ask(String id) {
        FutureTask<ReplyOutcome<PriceReply>> task =
                new FutureTask<>(() -> client.ask(new PriceRequest.Update(id)));
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

    private static PriceReply reply(String id, PriceOutcome outcome) {
        return new PriceReply(id, outcome, null, "m", List.of("litellm"), null, 1, Instant.EPOCH);
    }
}
