package tekton.budget.alerting.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.alert.AlertOutcome.Delivery;
import tekton.budget.alert.AlertOutcome.RequestAnswered;
import tekton.budget.alert.AlertOutcome.Snoozed;
import tekton.budget.alert.AlertRequest;
import tekton.budget.alert.Channel;
import tekton.budget.alerting.Facts;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.alerting.deliver.TestServer;
import tekton.budget.codec.AlertCodec;
import tekton.budget.codec.LedgerCodec;
import tekton.budget.event.BudgetEvent;
import tekton.budget.event.DeadLetter;
import tekton.budget.kafka.TopicProvisioning;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** On a real broker. Every test has a budget of its own, and so ids of its own. */
class AlertingIT {

    private static final int LEDGER_PARTITIONS = 3;
    private static final long LATE_MS = Facts.START_MS + Facts.DAY_MS - 60_000;

    private static TestBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;

    private final List<Alerting> started = new ArrayList<>();
    private String budgetId;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start();
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(config)) {
            TopicProvisioning.ensure(
                    admin,
                    Topics.ALWAYS,
                    topic ->
                            topic.partitioning() == Topic.Partitioning.LEDGER
                                    ? LEDGER_PARTITIONS
                                    : 1,
                    1);
        }
        producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void nameBudget(TestInfo test) {
        budgetId = "b-" + Integer.toHexString(test.getDisplayName().hashCode()) + System.nanoTime();
    }

    @AfterEach
    void close() {
        started.forEach(Alerting::close);
    }

    @Test
    void shouldSayNothingTwiceAfterARestart() throws Exception {
        Alerting first = start(ProcessingStep.UNOBSERVED);
        say(Level.WARNING, 80);
        Patience.await(() -> events().size() == 1);
        first.close();

        start(ProcessingStep.UNOBSERVED);
        say(Level.WARNING, 81);
        say(Level.ACTION, 95);

        Patience.await(() -> events().size() >= 2);
        assertThat(events())
                .extracting(
                        BudgetEvent::type, event -> event.details().json().contains("\"action\""))
                .containsExactly(
                        tuple(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING, false),
                        tuple(BudgetEvent.Type.TOKEN_LIMIT_APPROACHING, true));
    }

    @ParameterizedTest
    @EnumSource(ProcessingStep.class)
    void shouldSayEachOnceAndDeliverItWhereverItIsKilled(ProcessingStep step) throws Exception {
        try (TestServer server = new TestServer(TestServer.status(200))) {
            CountDownLatch killed = new CountDownLatch(1);
            AtomicBoolean armed = new AtomicBoolean();
            start(killer(step, killed, armed));
            putChannel(server);
            armed.set(true);
            say(Level.WARNING, 80);
            assertThat(killed.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

            start(ProcessingStep.UNOBSERVED);
            say(Level.EXCEEDED, 100);

            Patience.await(() -> events().size() >= 2 && server.requests().size() >= 2);
            assertThat(events())
                    .extracting(BudgetEvent::type)
                    .containsExactly(
                            BudgetEvent.Type.TOKEN_LIMIT_APPROACHING,
                            BudgetEvent.Type.TOKEN_LIMIT_EXCEEDED);
            assertThat(server.requests())
                    .extracting(request -> request.headers().get("webhook-id"))
                    .containsAll(events().stream().map(BudgetEvent::eventId).toList());
            String first = events().getFirst().eventId();
            Patience.await(() -> delivered(first).size() == 1);
            if (step == ProcessingStep.TRIED) {
                assertThat(server.requests())
                        .describedAs("tried again, because it was not kept that it had been taken")
                        .extracting(request -> request.headers().get("webhook-id"))
                        .contains(first, first);
            }
        }
    }

    @Test
    void shouldReadOnBehindWhatNobodyUnderstands() throws Exception {
        start(ProcessingStep.UNOBSERVED);

        for (Topic topic : InputReader.TOPICS) {
            send(topic, "poison " + budgetId, "{\"kind\":\"?\"}".getBytes(UTF_8));
            send(topic, "poison " + budgetId, null);
        }
        send(Topics.ALERT_REQUESTS, "poison " + budgetId, "?".getBytes(UTF_8));
        send(Topics.ALERT_REQUESTS, "poison " + budgetId, null);
        say(Level.WARNING, 80);

        Patience.await(() -> events().size() == 1);
        // The bytes are kept, once; of a dead letter there is none, or there would be no end.
        Patience.await(() -> deadLettersOf(Topics.ALERT_REQUESTS).size() == 2);
        for (Topic topic : InputReader.TOPICS) {
            assertThat(deadLettersOf(topic))
                    .as(topic.name())
                    .hasSize(topic.equals(Topics.DEAD_LETTERS) ? 0 : 1)
                    .allMatch(value -> value.equals("{\"kind\":\"?\"}"));
        }
    }

    /** The values of this test's records of a topic that became dead letters. */
    private List<String> deadLettersOf(Topic topic) {
        List<String> values = new ArrayList<>();
        wholePartitions()
                .read(
                        List.of(new TopicPartition(Topics.DEAD_LETTERS.name(), 0)),
                        letter -> {
                            Header of = letter.headers().lastHeader(DeadLetter.TOPIC);
                            if (of != null
                                    && new String(of.value(), UTF_8).equals(topic.name())
                                    && new String(letter.key(), UTF_8)
                                            .equals("poison " + budgetId)) {
                                values.add(
                                        letter.value() == null
                                                ? ""
                                                : new String(letter.value(), UTF_8));
                            }
                        });
        return values;
    }

    @Test
    void shouldKeepWhoAcknowledgedFirst() throws Exception {
        start(ProcessingStep.UNOBSERVED);

        ask(new AlertRequest.Acknowledge("r1-" + budgetId, budgetId, "ann"));
        ask(new AlertRequest.Acknowledge("r2-" + budgetId, budgetId, "bob"));

        Patience.await(() -> answer("r2-" + budgetId) != null);
        assertThat(outcomes(Acknowledged.class))
                .filteredOn(known -> known.eventId().equals(budgetId))
                .extracting(Acknowledged::by)
                .containsExactly("ann");
    }

    @Test
    void shouldKeepWhatWasSaidLastOfASnooze() throws Exception {
        start(ProcessingStep.UNOBSERVED);

        ask(new AlertRequest.Snooze("r1-" + budgetId, budgetId, 7L));
        ask(new AlertRequest.Snooze("r2-" + budgetId, budgetId, 9L));
        ask(new AlertRequest.Snooze("r3-" + budgetId, budgetId, null));

        Patience.await(() -> answer("r3-" + budgetId) != null);
        assertThat(answer("r1-" + budgetId).code()).isEqualTo(RequestAnswered.AnswerCode.DONE);
        assertThat(outcomes(Snoozed.class))
                .filteredOn(known -> known.eventId().equals(budgetId))
                .extracting(Snoozed::untilMs)
                .containsExactly(7L, 9L, null);
    }

    @Test
    void shouldCheckWithoutSayingAnythingTwice() throws Exception {
        start(ProcessingStep.UNOBSERVED);
        say(Level.WARNING, 80);
        Patience.await(() -> events().size() == 1);

        // The window was long ago, so what there is to say is that it has ended.
        ask(new AlertRequest.CheckRules("r1-" + budgetId, budgetId, null));
        ask(new AlertRequest.CheckRules("r2-" + budgetId, budgetId, null));

        Patience.await(() -> answer("r2-" + budgetId) != null);
        assertThat(answer("r1-" + budgetId).eventIds()).hasSize(1);
        assertThat(answer("r2-" + budgetId).eventIds()).isEmpty();
        assertThat(events())
                .extracting(BudgetEvent::type)
                .containsExactly(
                        BudgetEvent.Type.TOKEN_LIMIT_APPROACHING, BudgetEvent.Type.WINDOW_RESET);
    }

    @Test
    void shouldTestResendAndDisableAChannel() throws Exception {
        try (TestServer server = new TestServer(TestServer.status(200))) {
            start(ProcessingStep.UNOBSERVED);
            putChannel(server);
            say(Level.WARNING, 80);
            Patience.await(() -> server.requests().size() == 1 && events().size() == 1);

            ask(new AlertRequest.TestChannel("test-" + budgetId, budgetId));
            Patience.await(() -> answer("test-" + budgetId) != null);
            ask(new AlertRequest.Resend("again-" + budgetId, events().getFirst(), budgetId));
            Patience.await(() -> server.requests().size() == 3);
            ask(new AlertRequest.DisableChannel("off-" + budgetId, budgetId));
            Patience.await(() -> answer("off-" + budgetId) != null);
            say(Level.EXCEEDED, 100);
            Patience.await(() -> events().size() == 2);

            String first = events().getFirst().eventId();
            Patience.await(() -> delivered(first).size() == 2);
            assertThat(delivered(first))
                    .containsExactlyInAnyOrder(
                            first + '/' + budgetId, first + '/' + budgetId + "/again-" + budgetId);
            assertThat(delivered(events().getLast().eventId())).isEmpty();
            assertThat(answer("test-" + budgetId).code())
                    .isEqualTo(RequestAnswered.AnswerCode.DONE);
            ask(new AlertRequest.TestChannel("none-" + budgetId, "none"));
            Patience.await(() -> answer("none-" + budgetId) != null);
            assertThat(answer("none-" + budgetId).code())
                    .isEqualTo(RequestAnswered.AnswerCode.CHANNEL_NOT_FOUND);
        }
    }

    @Test
    void shouldTakeOneOfTwoChangesMadeFromTheSameState() throws Exception {
        try (TestServer server = new TestServer(TestServer.status(200))) {
            start(ProcessingStep.UNOBSERVED);
            putChannel(server);

            Channel before = channel(server);
            ask(new AlertRequest.PutChannel("a-" + budgetId, before.disabled("a", 7), 0L));
            ask(new AlertRequest.PutChannel("b-" + budgetId, before.disabled("b", 8), 0L));
            ask(new AlertRequest.PutChannel("c-" + budgetId, before.disabled("c", 9), 7L));

            Patience.await(() -> answer("c-" + budgetId) != null);
            assertThat(answer("a-" + budgetId).code()).isEqualTo(RequestAnswered.AnswerCode.DONE);
            assertThat(answer("b-" + budgetId).code())
                    .isEqualTo(RequestAnswered.AnswerCode.CHANNEL_CHANGED);
            assertThat(answer("c-" + budgetId).code()).isEqualTo(RequestAnswered.AnswerCode.DONE);
        }
    }

    private Alerting start(Consumer<ProcessingStep> observer) {
        Alerting alerting =
                new Alerting(
                        new AlertingClients(
                                KafkaConnection.plain(broker.bootstrapServers()), "test"),
                        new Attempts(5, Duration.ofMillis(20)),
                        true,
                        InstantSource.system(),
                        observer);
        started.add(alerting);
        alerting.start();
        return alerting;
    }

    /** As a kill would leave it: nothing is committed, aborted or closed. Once, when armed. */
    private static Consumer<ProcessingStep> killer(
            ProcessingStep wanted, CountDownLatch killed, AtomicBoolean armed) {
        return step -> {
            if (step == wanted && armed.compareAndSet(true, false)) {
                killed.countDown();
                throw new AssertionError("killed at " + step);
            }
        };
    }

    private void putChannel(TestServer server) throws Exception {
        ask(new AlertRequest.PutChannel("put-" + server.url(), channel(server), null));
        Patience.await(() -> answer("put-" + server.url()) != null);
    }

    private Channel channel(TestServer server) {
        return new Channel(
                budgetId,
                budgetId,
                Channel.ChannelKind.WEBHOOK,
                server.url(),
                List.of(new Channel.Secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")),
                new Channel.Route(List.of(), List.of(), List.of(budgetId), List.of()),
                true,
                null,
                0,
                0);
    }

    private void say(Level level, long used) throws Exception {
        LevelCrossed fact = Facts.crossed(budgetId, Facts.START_MS, level, used, 100, LATE_MS);
        send(Topics.STATUS, fact.standing().policyId(), LedgerCodec.write(fact));
    }

    private void ask(AlertRequest request) throws Exception {
        send(Topics.ALERT_REQUESTS, request.requestId(), AlertCodec.write(request));
    }

    private void send(Topic topic, String key, byte[] value) throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                topic.name(),
                                topic.partitioning() == Topic.Partitioning.LEDGER
                                        ? Partitions.of(budgetId, LEDGER_PARTITIONS)
                                        : 0,
                                key.getBytes(UTF_8),
                                value))
                .get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    private List<BudgetEvent> events() {
        List<BudgetEvent> events = new ArrayList<>();
        read(Topics.EVENTS, value -> events.add(AlertCodec.readEvent(value)));
        return events.stream().filter(event -> budgetId.equals(event.budgetId())).toList();
    }

    private List<String> delivered(String eventId) {
        return outcomes(Delivery.class).stream()
                .filter(delivery -> delivery.eventId().equals(eventId))
                .filter(delivery -> delivery.state() == Delivery.DeliveryState.DELIVERED)
                .map(Delivery::deliveryId)
                .toList();
    }

    private RequestAnswered answer(String requestId) {
        return outcomes(RequestAnswered.class).stream()
                .filter(answer -> answer.requestId().equals(requestId))
                .findFirst()
                .orElse(null);
    }

    private <T extends AlertOutcome> List<T> outcomes(Class<T> kind) {
        List<T> outcomes = new ArrayList<>();
        read(
                Topics.ALERT_OUTCOMES,
                value -> {
                    AlertOutcome outcome = AlertCodec.readOutcome(value);
                    if (kind.isInstance(outcome)) {
                        outcomes.add(kind.cast(outcome));
                    }
                });
        return outcomes;
    }

    private void read(Topic topic, Consumer<byte[]> each) {
        wholePartitions()
                .read(
                        List.of(
                                new TopicPartition(
                                        topic.name(), Partitions.of(budgetId, LEDGER_PARTITIONS))),
                        found -> each.accept(found.value()));
    }

    private static WholePartitions wholePartitions() {
        return new WholePartitions(
                new AlertingClients(KafkaConnection.plain(broker.bootstrapServers()), "read"),
                Patience.LIMIT);
    }
}
