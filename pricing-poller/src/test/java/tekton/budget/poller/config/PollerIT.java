package tekton.budget.poller.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.codec.PollerCodec;
import tekton.budget.event.PriceFault;
import tekton.budget.event.PricePublished;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus.PriceOutcome;
import tekton.budget.event.PriceStatus.PriceRefusal;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.event.PriceStatus.QuarantineState;
import tekton.budget.event.PriceStatus.Quarantined;
import tekton.budget.event.PriceStatus.SourceState;
import tekton.budget.event.Rates;
import tekton.budget.kafka.shard.ShardRuntime;
import tekton.budget.poller.FakeFeed;
import tekton.budget.poller.source.DownloadTimeouts;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Topics;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The poller against a real broker and a source over HTTP. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PollerIT {

    private static final DownloadTimeouts ONCE =
            new DownloadTimeouts(
                    1, Duration.ofMinutes(3), Duration.ofMillis(1), Duration.ofMillis(1));

    @TempDir Path directory;
    private TestBroker broker;
    private FakeFeed feed;
    private PriceTopics topics;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start();
        feed = new FakeFeed();
        feed.answer(200, list("1e-6", "0.1")).withTag("\"v1\"");
        topics = new PriceTopics(broker.bootstrapServers());
    }

    @AfterEach
    void stop() {
        topics.close();
        feed.close();
        broker.close();
    }

    @Test
    void shouldPublishOnceWhoeverStartsAgainOrBesides() throws Exception {
        try (PricingPoller poller = poller("one")) {
            topics.await(() -> topics.prices().size() == 2);
        }
        List<Quarantined> held = topics.latest(Quarantined.class);
        assertThat(held)
                .singleElement()
                .satisfies(
                        entry -> {
                            assertThat(entry.provider()).isEqualTo("wandb");
                            assertThat(entry.faults())
                                    .extracting(PriceFault::code)
                                    .containsOnly(PriceFault.FaultCode.IMPLAUSIBLE);
                        });

        Instant before = sourceState().askedAt();
        try (PricingPoller same = poller("one")) {
            topics.await(() -> sourceState().askedAt().isAfter(before));
            try (PricingPoller second = poller("two")) {
                PriceReply reply = ask(new PriceRequest.Update(id()));
                assertThat(reply.outcome()).isEqualTo(PriceOutcome.DONE);
                assertThat(reply.published()).isZero();
                assertThat(reply.sources()).containsExactly("litellm");
            }
        }

        assertThat(topics.prices()).as("every record there ever was").hasSize(2);
        assertThat(topics.records(Quarantined.class)).isEqualTo(held);
        assertThat(feed.statuses()).startsWith(200).endsWith(304).hasSize(3);
    }

    @Test
    void shouldPublishChangesAndAnswerRequests() throws Exception {
        try (PricingPoller poller = poller("one")) {
            topics.await(() -> topics.prices().size() == 2);
            PricePublished first = topics.price("openai/gpt");
            assertThat(first.rates()).isEqualTo(Rates.of(1_000_000, 2_000_000));
            assertThat(first.sourceUrl()).isEqualTo(feed.address().toString());

            feed.answer(200, list("2e-6", "0.1"));
            assertThat(ask(new PriceRequest.Update(id())).published()).isEqualTo(1);
            PricePublished second = topics.price("openai/gpt");
            assertThat(second.rates().input()).isEqualTo(2_000_000);
            assertThat(second.effectiveFrom()).isAfter(first.effectiveFrom());

            feed.answer(200, list("9e-5", "0.1"));
            assertThat(ask(new PriceRequest.Update(id())).published()).isZero();
            Quarantined held = quarantined("openai");
            assertThat(held.inForce()).isEqualTo(second.versionId());

            feed.answer(200, "<html>gone</html>");
            ask(new PriceRequest.Update(id()));
            assertThat(sourceState().failure()).startsWith("not JSON");
            assertThat(sourceState().models()).isEqualTo(2);

            PriceReply released = ask(new PriceRequest.ReleasePrice(id(), held.id()));
            assertThat(released.outcome()).isEqualTo(PriceOutcome.DONE);
            assertThat(topics.price("openai/gpt").rates().input()).isEqualTo(90_000_000);
            assertThat(quarantined("openai").state()).isEqualTo(QuarantineState.RELEASED);

            PriceReply rejected = ask(new PriceRequest.Reject(id(), quarantined("wandb").id()));
            assertThat(rejected.outcome()).isEqualTo(PriceOutcome.DONE);
            assertThat(
                            ask(new PriceRequest.ReleasePrice(id(), quarantined("wandb").id()))
                                    .refusal())
                    .isEqualTo(PriceRefusal.ALREADY_DECIDED);
            assertThat(topics.prices()).hasSize(4);
        }
    }

    @Test
    void shouldDoARequestOnceHoweverOftenItIsWritten() throws Exception {
        try (PricingPoller poller = poller("one")) {
            PriceRequest set = new PriceRequest.SetPrice(id(), operators());
            send(set);
            PriceReply reply = ask(set);
            ask(new PriceRequest.EndPrice(id(), "openai", "gpt"));

            send(set);
            ask(new PriceRequest.Update(id()));

            assertThat(reply.price()).isEqualTo(operators());
            assertThat(topics.prices().stream().filter(PricePublished::ofOperator))
                    .hasSize(2)
                    .last()
                    .satisfies(ended -> assertThat(ended.endsAt()).isNotNull());
        }
    }

    @Test
    void shouldPutAsideWhatIsNoRequest() throws Exception {
        try (PricingPoller poller = poller("one")) {
            topics.await(() -> !topics.prices().isEmpty());
            write("x", "{\"kind\": \"update\"}".getBytes(StandardCharsets.UTF_8));
            write("x", new byte[] {0, 1, 2});
            write(
                    "x",
                    PollerCodec.write(new PriceRequest.SetPrice("r", topics.price("openai/gpt"))));

            assertThat(ask(new PriceRequest.Update(id())).outcome()).isEqualTo(PriceOutcome.DONE);
            assertThat(topics.deadLetters()).isEqualTo(3);
        }
    }

    @Test
    void shouldWorkOnAfterAnotherWriterHasTakenItsPlace() throws Exception {
        try (PricingPoller poller = poller("one")) {
            topics.await(() -> topics.prices().size() == 2);
            try (KafkaProducer<byte[], byte[]> usurper =
                    new KafkaProducer<>(
                            Map.of(
                                    "bootstrap.servers",
                                    broker.bootstrapServers(),
                                    "transactional.id",
                                    "budget-pricing-poller"),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                usurper.initTransactions();
            }

            PriceReply reply = ask(new PriceRequest.SetPrice(id(), operators()));

            assertThat(reply.outcome()).isEqualTo(PriceOutcome.DONE);
            assertThat(topics.prices().stream().filter(PricePublished::ofOperator)).hasSize(1);
        }
    }

    @Test
    void shouldGoOnWhenTheBrokerComesBack() throws Exception {
        try (PricingPoller poller = poller("one")) {
            topics.await(() -> topics.prices().size() == 2);
            broker.restart();

            assertThat(ask(new PriceRequest.Update(id())).outcome()).isEqualTo(PriceOutcome.DONE);
            assertThat(topics.prices()).hasSize(2);
        }
    }

    @Test
    void shouldHandOverToTheNext() throws Exception {
        PricingPoller first = poller("one");
        try (PricingPoller second = poller("two")) {
            topics.await(() -> topics.prices().size() == 2);
            topics.await(
                    () ->
                            EnumSet.of(first.state(), second.state())
                                    .equals(
                                            EnumSet.of(
                                                    ShardRuntime.ShardState.LEADING,
                                                    ShardRuntime.ShardState.WAITING)));
            first.close();
            assertThat(first.state()).isEqualTo(ShardRuntime.ShardState.CLOSED);

            assertThat(ask(new PriceRequest.Update(id())).outcome()).isEqualTo(PriceOutcome.DONE);
            assertThat(second.state()).isEqualTo(ShardRuntime.ShardState.LEADING);
            assertThat(topics.prices()).hasSize(2);
        } finally {
            first.close();
        }
    }

    @Test
    void shouldLetTheOperatorsFileWin() throws Exception {
        Path file = directory.resolve("own.json");
        Files.writeString(file, own("0.000007"));
        try (PricingPoller poller = PricingPoller.start(settings("one", file), ONCE, clock())) {
            topics.await(() -> topics.prices().size() == 3);
            assertThat(topics.prices().stream().filter(PricePublished::ofOperator))
                    .singleElement()
                    .satisfies(
                            price -> {
                                assertThat(price.rates().input()).isEqualTo(7_000_000);
                                assertThat(price.sourceUrl()).isEqualTo(file.toUri().toString());
                            });
            assertThat(ask(new PriceRequest.SetPrice(id(), operators())).refusal())
                    .isEqualTo(PriceRefusal.FILE_DECIDES);

            Files.writeString(file, own("0.000008"));
            ask(new PriceRequest.Update(id()));
            assertThat(topics.price("openai/gpt").rates().input()).isEqualTo(8_000_000);

            Files.delete(file);
            ask(new PriceRequest.Update(id()));
            assertThat(topics.prices()).as("a file that is not there ends nothing").hasSize(4);

            Files.writeString(file, "{\"prices\": []}");
            ask(new PriceRequest.Update(id()));
            assertThat(topics.price("openai/gpt").endsAt()).isNotNull();
        }
    }

    @Test
    void shouldEndSoonWithoutKafka() throws Exception {
        broker.stop();
        PricingPoller poller = poller("one");

        // Its own bounds are seconds, and it waits for nobody: else the test's time is up.
        poller.close();
    }

    private PricingPoller poller(String name) {
        return PricingPoller.start(settings(name, null), ONCE, clock());
    }

    private PollerSettings settings(String name, Path operatorFile) {
        return new PollerSettings(
                KafkaConnection.plain(broker.bootstrapServers()),
                directory.resolve(name),
                List.of(SourceName.LITELLM),
                feed.address(),
                URI.create("http://127.0.0.1:1/"),
                operatorFile,
                true,
                Duration.ofDays(1),
                10);
    }

    private static InstantSource clock() {
        return InstantSource.system();
    }

    private static String list(String gptInput, String wandbInput) {
        return """
        {"gpt": {"litellm_provider": "openai", "input_cost_per_token": %s,
                 "output_cost_per_token": 2e-6},
         "own/free": {"litellm_provider": "own", "input_cost_per_token": 0,
                 "output_cost_per_token": 0},
         "wandb/m": {"litellm_provider": "wandb", "input_cost_per_token": %s,
                 "output_cost_per_token": 0.1}}\
        """
                .formatted(gptInput, wandbInput);
    }

    private static String own(String input) {
        return """
        {"prices": [{"provider": "OpenAI", "model": "gpt",
                     "rates": {"input": %s, "output": 0.00001}}]}\
        """
                .formatted(input);
    }

    private static PricePublished operators() {
        return new PricePublished(
                "openai",
                "gpt",
                Instant.parse("2026-09-01T00:00:00Z"),
                PricePublished.OPERATOR,
                Rates.of(5, 6),
                true);
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    private SourceState sourceState() {
        return topics.latest(SourceState.class).stream()
                .filter(state -> state.source().equals("litellm"))
                .findFirst()
                .orElseThrow();
    }

    private Quarantined quarantined(String provider) {
        return topics.latest(Quarantined.class).stream()
                .filter(held -> held.provider().equals(provider))
                .findFirst()
                .orElseThrow();
    }

    /** The answer to a request, once it is more than that it has begun. */
    private PriceReply ask(PriceRequest request) throws Exception {
        send(request);
        topics.await(
                () ->
                        topics.latest(PriceReply.class).stream()
                                .anyMatch(
                                        reply ->
                                                reply.requestId().equals(request.requestId())
                                                        && reply.outcome()
                                                                != PriceOutcome.STARTED));
        return topics.latest(PriceReply.class).stream()
                .filter(reply -> reply.requestId().equals(request.requestId()))
                .findFirst()
                .orElseThrow();
    }

    private void send(PriceRequest request) throws Exception {
        write(request.requestId(), PollerCodec.write(request));
    }

    private void write(String key, byte[] value) throws Exception {
        topics.await(this::topicsExist);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.PRICE_REQUESTS.name(),
                                    key.getBytes(StandardCharsets.UTF_8),
                                    value))
                    .get();
        }
    }

    private boolean topicsExist() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.listTopics().names().get().contains(Topics.PRICE_REQUESTS.name());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
