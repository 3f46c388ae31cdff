package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.alerting.consume.Alerting;
import tekton.budget.alerting.consume.AlertingClients;
import tekton.budget.alerting.consume.ProcessingStep;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.TestBroker;
import tekton.budget.topic.Partitions;
import tekton.budget.topic.Topics;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** What has happened is what /metrics says, with a broker, both applications and alerting. */
class MetricsIT {

    /** In every id, name, model and path that this test invents, and in no label. */
    private static final String MARK = "zq";

    @TempDir private static Path data;

    private static TestBroker broker;
    private static Api api;
    private static Alerting alerting;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        api = Api.start(broker.bootstrapServers(), data).awaitHealthy();
        Api.await(() -> api.get("/ready").statusCode() == 200);
        Api.await(() -> api.get("/api/budgets/default").statusCode() == 200);
        alerting =
                new Alerting(
                        new AlertingClients(
                                KafkaConnection.plain(broker.bootstrapServers()), "test"),
                        new Attempts(3, Duration.ofMillis(20)),
                        true,
                        InstantSource.system(),
                        ProcessingStep.UNOBSERVED);
        alerting.start();
        Api.await(() -> api.get("/api/alerts").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
        alerting.close();
        broker.close();
    }

    @Test
    void shouldSayExactlyWhatHasHappened() throws Exception {
        json(201, "/api/alerts/channels", "{\"name\": \"zq\", \"kind\": \"log\"}");
        report();
        allocate();
        Api.await(() -> api.get("/api/usage/records/zq-1").statusCode() == 200);
        assertThat(api.get("/zq/nowhere").statusCode()).isEqualTo(404);

        Api.await(
                () -> {
                    PrometheusText now = scrape();
                    return now.value("budget_usage_counted_total") == 8
                            && now.sum("budget_dead_letters_total") == 2
                            && now.value("budget_usage_duplicates_total") == 1
                            && now.sum("budget_refusals_total") == 1
                            && now.sum("budget_alert_attempts_total") >= 3
                            && now.value("budget_alert_deliveries_pending") == 0;
                });
        PrometheusText now = scrape();

        assertThat(now.value("budget_usage_accepted_total", "way", "single")).isEqualTo(4);
        assertThat(now.value("budget_usage_accepted_total", "way", "array")).isEqualTo(2);
        assertThat(now.value("budget_usage_accepted_total", "way", "ndjson")).isEqualTo(3);
        assertThat(refused(now, "array", "invalid_request")).isEqualTo(1);
        assertThat(refused(now, "single", "unsupported_media_type")).isEqualTo(1);
        assertThat(now.sum("budget_usage_refused_total")).isEqualTo(2);
        assertThat(now.value("budget_acknowledge_seconds_count")).isEqualTo(9);
        assertThat(now.value("budget_in_flight_bytes")).isZero();
        assertThat(now.value("budget_usage_unpriced_total")).isEqualTo(1);
        assertThat(now.value("budget_usage_strays_total")).isEqualTo(1);
        assertThat(deadLetters(now, "conflict")).isEqualTo(1);
        assertThat(deadLetters(now, "unreadable")).isEqualTo(1);
        assertThat(now.sum("budget_stream_skipped_total")).isZero();

        assertThat(now.value("budget_decisions_total", "outcome", "granted")).isEqualTo(1);
        assertThat(now.value("budget_decisions_total", "outcome", "policy_defined")).isEqualTo(1);
        assertThat(now.value("budget_refusals_total", "code", "insufficient_budget")).isEqualTo(1);
        assertThat(now.value("budget_allocations_open")).isEqualTo(1);
        assertThat(now.value("budget_allocation_tokens_granted_total")).isEqualTo(4_000);
        // The budget, its policy and two allocations; the default budget is asked for elsewhere.
        assertThat(now.value("budget_decision_seconds_count")).isEqualTo(4);
        assertThat(now.value("budget_decisions_waiting")).isZero();
        assertThat(attempts(now, "delivered")).isEqualTo(now.sum("budget_alert_attempts_total"));

        assertThat(now.value("budget_ready")).isEqualTo(1);
        for (String application : new String[] {"metering", "ledger"}) {
            assertThat(
                            now.value(
                                    "budget_stream_state",
                                    "application",
                                    application,
                                    "state",
                                    "running"))
                    .isEqualTo(1);
            assertThat(now.value("budget_stream_commit_seconds_count", "application", application))
                    .isPositive();
            assertThat(now.value("budget_restoring_stores", "application", application)).isZero();
        }
        for (String stage : new String[] {"contexts", "budgets", "ledger"}) {
            assertThat(now.value("budget_freshness_seconds_count", "stage", stage)).isPositive();
        }
        assertThat(now.sum("budget_stream_lag_records")).isZero();
        assertThat(now.samples.stream().filter(s -> s.name().equals("budget_stream_lag_records")))
                .as("of every input that something was read from")
                .extracting(sample -> sample.labels().get("topic"))
                .contains(
                        "budget.usage",
                        "budget.usage-strays",
                        "budget.hand-overs",
                        "budget.requests",
                        "budget.ledger-deltas");

        assertThat(requests(now, "POST", "/api/usage/record", "201")).isEqualTo(4);
        assertThat(requests(now, "POST", "/api/usage/record", "415")).isEqualTo(1);
        assertThat(requests(now, "POST", "/api/usage/batch", "200")).isEqualTo(2);
        assertThat(requests(now, "POST", "/api/allocations", "402")).isEqualTo(1);
        assertThat(requests(now, "GET", "unmatched", "404")).isEqualTo(1);
        assertThat(now.samples)
                .allSatisfy(
                        sample ->
                                assertThat(String.join(" ", sample.labels().values()))
                                        .doesNotContain(MARK));
        shouldNotCountWhatWasDeliveredBeforeTheStart();
    }

    /** Another instance reads the same topics from their beginning. */
    private static void shouldNotCountWhatWasDeliveredBeforeTheStart() throws Exception {
        try (Api later = Api.start(broker.bootstrapServers(), new FakeMetering())) {
            Api.await(() -> later.get("/api/alerts").statusCode() == 200);
            PrometheusText there = new PrometheusText(later.get("/metrics").body());

            assertThat(there.sum("budget_alert_attempts_total") + 3)
                    .isLessThanOrEqualTo(scrape().sum("budget_alert_attempts_total"));
        }
    }

    /** Eight to count, a duplicate, a conflict, two refused, one garbage. */
    private static void report() throws Exception {
        String first = record("zq-1", "zq-context", 100);
        json(201, "/api/usage/record", first);
        json(201, "/api/v1/usage/record", first);
        json(201, "/api/usage/record", record("zq-1", "zq-context", 101));
        json(
                201,
                "/api/usage/record",
                record("zq-2", "zq-context", 1).replace("claude-3-opus-20240229", "zq-model"));
        assertThat(api.post("/api/usage/record", first, "Content-Type", "text/zq").statusCode())
                .isEqualTo(415);
        json(
                200,
                "/api/usage/batch",
                "[%s,%s,%s]"
                        .formatted(
                                record("zq-3", "zq-a", 1),
                                record("zq-4", "zq-b", 1),
                                record("zq-5", "zq-b", -1)));
        assertThat(
                        api.post(
                                        "/api/usage/batch",
                                        "%s\n%s\n%s\n"
                                                .formatted(
                                                        record("zq-6", "zq-a", 1),
                                                        record("zq-7", "zq-c", 1),
                                                        record("zq-8", "zq-d", 1)),
                                        "Content-Type",
                                        "application/x-ndjson")
                                .statusCode())
                .isEqualTo(200);
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            String topic = Topics.USAGE_REPORTED.name();
            int elsewhere = (Partitions.of("zq-stray", 6) + 1) % 6;
            byte[] key = "zq-stray".getBytes(StandardCharsets.UTF_8);
            byte[] stray = record("zq-9", "zq-stray", 1).getBytes(StandardCharsets.UTF_8);
            byte[] garbage = "zq{".getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(topic, elsewhere, key, stray)).get();
            producer.send(new ProducerRecord<>(topic, 0, key, garbage)).get();
        }
    }

    /** A budget, a limit, one granted and one refused. */
    private static void allocate() throws Exception {
        json(201, "/api/budgets", "{\"budget_id\": \"zq-team\", \"name\": \"zq\"}");
        json(
                201,
                "/api/policies",
                """
                {"budget_id": "zq-team", "type": "hard_limit", "period": "daily", "token_limit": 5000}
                """);
        String allocation =
                """
                {"budget_id": "zq-team", "context_id": "zq-context", "component": "zq",
                 "tokens_allocated": 4000}
                """;
        json(201, "/api/allocations", allocation);
        json(402, "/api/allocations", allocation);
    }

    private static String record(String id, String context, long tokens) {
        return ("{\"record_id\":\"%s\",\"context_id\":\"%s\",\"component\":\"zq\","
                        + "\"provider\":\"anthropic\",\"model\":\"claude-3-opus-20240229\","
                        + "\"input_tokens\":%d,\"output_tokens\":1}")
                .formatted(id, context, tokens);
    }

    private static void json(int status, String path, String body) throws Exception {
        HttpResponse<String> answer = api.post(path, body, "Content-Type", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    private static PrometheusText scrape() throws Exception {
        HttpResponse<String> answer = api.get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return new PrometheusText(answer.body());
    }

    private static double refused(PrometheusText now, String way, String code) {
        return now.value("budget_usage_refused_total", "way", way, "code", code);
    }

    private static double deadLetters(PrometheusText now, String reason) {
        return now.value("budget_dead_letters_total", "application", "metering", "reason", reason);
    }

    private static double attempts(PrometheusText now, String outcome) {
        return now.value("budget_alert_attempts_total", "kind", "log", "outcome", outcome);
    }

    private static double requests(PrometheusText now, String method, String route, String status) {
        return now.value(
                "budget_http_requests_total", "method", method, "route", route, "status", status);
    }
}
