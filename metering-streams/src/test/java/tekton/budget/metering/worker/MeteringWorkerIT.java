package tekton.budget.metering.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.broker.FreePorts;
import tekton.budget.metering.config.Metering;
import tekton.budget.metering.config.MeteringScale;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.remote.PeerSecret;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topics;
import tekton.budget.value.Positions;
import tekton.budget.value.Totals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A worker beside a metering that is asked: what the worker owns is in every answer. */
class MeteringWorkerIT {

    private static final int CONTEXTS = 40;
    private static final int RECORDS = 400;
    private static final String SECRET = "0123456789".repeat(4);

    @TempDir Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void ownsItsShareAndAnswersForIt() throws Exception {
        List<Integer> ports = FreePorts.find(2);
        MeteringMetrics metrics = new MeteringMetrics(new SimpleMeterRegistry());
        try (TestBroker broker = TestBroker.start();
                Metering asked = Metering.start(askedSettings(broker, ports.get(0)), metrics);
                MeteringWorker worker =
                        MeteringWorker.start(
                                WorkerSettings.of(environment(broker, ports.get(1))))) {
            String url = "http://localhost:" + ports.get(1);
            Patience.await(() -> status(url + "/ready") == 200);
            Patience.await(() -> asked.status().queryable());
            SortedMap<Integer, Long> written = write(broker);
            Consistency after = new Consistency(Positions.ofUsage(written), Patience.LIMIT);

            Totals contexts = Totals.ZERO;
            for (int i = 0; i < CONTEXTS; i++) {
                contexts = contexts.plus(total(asked, Dimension.CONTEXT, "ctx-" + i, after));
            }

            assertThat(contexts.recordCount()).isEqualTo(RECORDS);
            assertThat(contexts.tokens().input()).isEqualTo(RECORDS * 100L);
            assertThat(total(asked, Dimension.BUDGET, "default", after)).isEqualTo(contexts);
            assertThat(total(asked, Dimension.COMPONENT, "chat", after)).isEqualTo(contexts);
            // Some of it was counted here, and some where nobody but an instance can ask.
            assertThat(metrics.usage().counted().count()).isPositive().isLessThan(RECORDS);
            assertThat(status(url + "/health")).isEqualTo(200);
            assertThat(status(url + "/api/totals/budgets/default")).isEqualTo(404);
            assertThat(worker).isNotNull();
        }
    }

    @Test
    void refusesToBeAWorkerThatNobodyCanAsk() {
        assertThatThrownBy(() -> WorkerSettings.of(new Environment(Map.of())))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("BUDGET_CLUSTER_SECRET: absent (expected: the secret");
    }

    private MeteringSettings askedSettings(TestBroker broker, int port) throws Exception {
        return MeteringSettings.of(
                KafkaConnection.plain(broker.bootstrapServers()),
                directory.resolve("asked"),
                "localhost:" + port,
                new PeerSecret(SECRET),
                MeteringScale.ONE_NODE);
    }

    private Environment environment(TestBroker broker, int port) {
        return new Environment(
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        broker.bootstrapServers(),
                        "BUDGET_PORT",
                        String.valueOf(port),
                        "BUDGET_DATA_DIR",
                        directory.resolve("worker").toString(),
                        "BUDGET_CLUSTER_SECRET",
                        SECRET));
    }

    private static SortedMap<Integer, Long> write(TestBroker broker) throws Exception {
        TreeMap<Integer, Long> written = new TreeMap<>();
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                String context = "ctx-" + i % CONTEXTS;
                int partition = Partitions.of(context, 6);
                byte[] value =
                        """
                        {"record_id": "r%d", "context_id": "%s", "component": "chat", "provider": \
                        "anthropic", "model": "claude-3-opus-20240229", "input_tokens": 100, \
                        "output_tokens": 0}\
                        """
                                .formatted(i, context)
                                .getBytes(StandardCharsets.UTF_8);
                long offset =
                        producer.send(
                                        new ProducerRecord<>(
                                                Topics.USAGE_REPORTED.name(),
                                                partition,
                                                context.getBytes(StandardCharsets.UTF_8),
                                                value))
                                .get(Patience.SECONDS, TimeUnit.SECONDS)
                                .offset();
                written.merge(partition, offset, Math::max);
            }
        }
        return written;
    }

    private static Totals total(Metering asked, Dimension dimension, String id, Consistency after)
            throws Exception {
        // While partitions move there is nobody to ask, which is said.
        AtomicReference<Answer<Totals>> answer = new AtomicReference<>();
        Patience.await(
                () -> {
                    answer.set(asked.totals().allTime(dimension, id, after));
                    return !(answer.get() instanceof Answer.NotReady);
                });
        assertThat(answer.get()).as(id).isInstanceOf(Answer.Found.class);
        return ((Answer.Found<Totals>) answer.get()).value();
    }

    private int status(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
