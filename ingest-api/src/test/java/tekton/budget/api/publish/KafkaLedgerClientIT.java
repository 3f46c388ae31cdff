package tekton.budget.api.publish;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.Api.await;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.kafka.KafkaClients;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.kafka.ReplyOutcome.Position;
import tekton.budget.kafka.TopicLog;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.Refusal;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** LedgerCommands over a real broker; the test decides, in transactions as the ledger does. */
class KafkaLedgerClientIT {

    private static final int PARTITIONS = 3;
    private static final Duration LONG = Patience.LIMIT;

    /** Enough for what has to happen before it is over. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    private static TestBroker broker;

    private KafkaLedgerClient client;
    private TopicLog results;
    private KafkaConsumer<byte[], byte[]> requests;
    private KafkaProducer<byte[], byte[]> decider;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(Topics.REQUESTS.name(), PARTITIONS, (short) 1),
                                    new NewTopic(Topics.DECISIONS.name(), PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void startDeciding() {
        requests =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> all =
                IntStream.range(0, PARTITIONS)
                        .mapToObj(p -> new TopicPartition(Topics.REQUESTS.name(), p))
                        .toList();
        requests.assign(all);
        requests.seekToEnd(all);
        all.forEach(requests::position);
        decider =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "transactional.id",
                                "decider"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        decider.initTransactions();
    }

    @AfterEach
    void stop() {
        client.close();
        results.close();
        requests.close();
        decider.close();
    }

    @Test
    void shouldAnswerWithTheCommittedDecisionAndTheRequestsPosition() throws Exception {
        client = open(LONG, 10);
        Future<ReplyOutcome<LedgerDecision>> asking = ask(request("r1", "team"));

        ConsumerRecord<byte[], byte[]> written = next();
        assertThat(LedgerCodec.readRequest(written.value())).isEqualTo(request("r1", "team"));
        assertThat(new String(written.key(), StandardCharsets.UTF_8)).isEqualTo("team");
        assertThat(written.partition()).isEqualTo(Partitions.of("team", PARTITIONS));

        decider.beginTransaction();
        decide("r1", "aborted", written.partition());
        decider.flush();
        decider.abortTransaction();
        commit("r1", "committed", written.partition());

        Answered<LedgerDecision> decided = (Answered<LedgerDecision>) asking.get();
        assertThat(((RequestRefused) decided.reply()).refusal().message()).isEqualTo("committed");
        assertThat(decided.position())
                .isEqualTo(new Position(written.partition(), written.offset()));
    }

    @Test
    void shouldHandEachDecisionToTheOneWhoWaits() throws Exception {
        client = open(LONG, 100);
        List<Future<ReplyOutcome<LedgerDecision>>> asking = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            asking.add(ask(request("many-" + i, "budget-" + i)));
        }
        decider.beginTransaction();
        for (int i = 0; i < 50; i++) {
            ConsumerRecord<byte[], byte[]> written = next();
            String id = LedgerCodec.readRequest(written.value()).head().requestId();
            decide("of another instance", "x", written.partition());
            decide(id, id, written.partition());
        }
        decider.commitTransaction();

        for (int i = 0; i < 50; i++) {
            Answered<LedgerDecision> decided = (Answered<LedgerDecision>) asking.get(i).get();
            assertThat(decided.reply().requestId()).isEqualTo("many-" + i);
        }
    }

    @Test
    void shouldSayWhereAnUndecidedRequestIsAndForgetIt() throws Exception {
        client = open(SHORT, 1);

        ReplyOutcome<LedgerDecision> outcome = client.ask(request("r2", "team"));

        ConsumerRecord<byte[], byte[]> written = next();
        assertThat(outcome)
                .isEqualTo(
                        new NotAnswered<>(
                                new Position(written.partition(), written.offset()), SHORT));
        assertThat(client.waitingCount()).isZero();
    }

    @Test
    void shouldBoundHowManyWait() throws Exception {
        client = open(LONG, 1);
        Future<ReplyOutcome<LedgerDecision>> first = ask(request("r4", "team"));
        ConsumerRecord<byte[], byte[]> written = next();

        assertThat(client.ask(request("r5", "team"))).isEqualTo(NotWritten.full());

        commit("r4", "done", written.partition());
        assertThat(first.get()).isInstanceOf(Answered.class);

        Future<ReplyOutcome<LedgerDecision>> next = ask(request("r6", "team"));
        commit("r6", "done", next().partition());
        assertThat(next.get()).isInstanceOf(Answered.class);
    }

    @Test
    void shouldWriteNothingBeforeItIsOpen() throws Exception {
        KafkaConnection kafka = KafkaConnection.plain(broker.bootstrapServers());
        results = log(new AtomicReference<>());
        client = new KafkaLedgerClient(kafka, results, LONG);

        assertThat(client.isOpen()).isFalse();
        assertThat(client.ask(request("r6", "team"))).isEqualTo(NotWritten.notConnected());
    }

    @Test
    void shouldReadOnWhateverReadingThrows() throws Exception {
        AtomicReference<Throwable> fault = new AtomicReference<>();
        client = open(LONG, 10, fault);
        fault.set(new IllegalStateException("as a bug would"));
        await(client::isFailing);
        assertThat(client.isOpen()).isTrue();
        Future<ReplyOutcome<LedgerDecision>> asking = ask(request("r8", "team"));
        commit("r8", "done", next().partition());

        fault.set(null);

        assertThat(asking.get()).isInstanceOf(Answered.class);
        await(() -> !client.isFailing());
    }

    @Test
    void shouldTellThatNobodyReadsAnyMore() throws Exception {
        AtomicReference<Throwable> fault = new AtomicReference<>();
        client = open(LONG, 10, fault);

        fault.set(new NoClassDefFoundError("as a broken installation would"));

        await(() -> !client.isOpen());
        assertThat(client.ask(request("r9", "team"))).isEqualTo(NotWritten.notConnected());
    }

    private KafkaLedgerClient open(Duration timeout, int waitingMax) {
        return open(timeout, waitingMax, new AtomicReference<>());
    }

    private KafkaLedgerClient open(
            Duration timeout, int waitingMax, AtomicReference<Throwable> fault) {
        results = log(fault);
        KafkaLedgerClient opened =
                new KafkaLedgerClient(
                        KafkaConnection.plain(broker.bootstrapServers()),
                        results,
                        timeout,
                        waitingMax);
        results.start();
        // As the application does: a broker that is slow to answer is asked again.
        await(
                () -> {
                    try {
                        opened.open();
                        return true;
                    } catch (KafkaException slow) {
                        return false;
                    } catch (InterruptedException stop) {
                        throw new IllegalStateException(stop);
                    }
                });
        assertThat(opened.isOpen()).isTrue();
        return opened;
    }

    private static TopicLog log(AtomicReference<Throwable> fault) {
        return new TopicLog("results", () -> new FaultyConsumer(broker.bootstrapServers(), fault));
    }

    /** Reads from the broker, unless a test wants it to throw. */
    private static final class FaultyConsumer extends KafkaConsumer<byte[], byte[]> {

        private final AtomicReference<Throwable> fault;

        FaultyConsumer(String bootstrapServers, AtomicReference<Throwable> fault) {
            super(
                    KafkaClients.readerConfig(KafkaConnection.plain(bootstrapServers), "results"),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            this.fault = fault;
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            switch (fault.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new AssertionError(e);
            }
            return super.poll(timeout);
        }
    }

    private Future<ReplyOutcome<LedgerDecision>> ask(LedgerRequest request) {
        FutureTask<ReplyOutcome<LedgerDecision>> asking =
                new FutureTask<>(() -> client.ask(request));
        Thread.ofVirtual().start(asking);
        return asking;
    }

    private final List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();

    private ConsumerRecord<byte[], byte[]> next() {
        await(
                () -> {
                    requests.poll(Duration.ofMillis(100)).forEach(read::add);
                    return !read.isEmpty();
                });
        return read.removeFirst();
    }

    private void commit(String requestId, String message, int partition) {
        decider.beginTransaction();
        decide(requestId, message, partition);
        decider.commitTransaction();
    }

    private void decide(String requestId, String message, int partition) {
        Future<RecordMetadata> _ =
                decider.send(
                        new ProducerRecord<>(
                                Topics.DECISIONS.name(),
                                partition,
                                requestId.getBytes(StandardCharsets.UTF_8),
                                LedgerCodec.write(
                                        new RequestRefused(
                                                requestId,
                                                "team",
                                                new Refusal(
                                                        Refusal.RefusalCode.INVALID,
                                                        message,
                                                        List.of()),
                                                1))));
    }

    private static LedgerRequest request(String requestId, String budgetId) {
        return new ReleaseAllocation(new RequestHead(requestId, budgetId, null), budgetId + ".a");
    }
}
