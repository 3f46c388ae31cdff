package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import tekton.budget.event.PriceStatus.SourceState;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.TreeMap;

/** What /metrics looks like; without Kafka, and so also that it answers without. */
class MetricsShapeIT {

    private static final FakePriceClient DESK = new FakePriceClient();

    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        DESK.statuses.add(source("litellm", Instant.now().minusSeconds(90), null));
        DESK.statuses.add(source("openrouter", null, "away"));
        api = Api.start(new FakeMetering().withoutKafka(), DESK);
        Api.await(() -> scrape().value("budget_usage_counted_total") == 11);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void shouldAnswerInPrometheusTextFormat() throws Exception {
        HttpResponse<String> answer = api.get("/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("text/plain;version=0.0.4;charset=utf-8");
        PrometheusText text = new PrometheusText(answer.body());
        assertThat(text.types.keySet())
                .isEqualTo(text.helps.keySet())
                .allSatisfy(
                        name ->
                                assertThat(name)
                                        .matches("(budget|jvm|process|system)_[a-z][a-z0-9_]*"));
        assertThat(text.samples)
                .extracting(sample -> sample.name() + sample.labels())
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldAnswerInOpenMetricsWhenThatIsAccepted() throws Exception {
        HttpResponse<String> answer =
                api.get(
                        "/metrics",
                        "Accept",
                        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2");

        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/openmetrics-text;version=1.0.0;charset=utf-8");
        assertThat(answer.body()).endsWith("# EOF\n");
        PrometheusText text = new PrometheusText(answer.body());
        assertThat(text.value("budget_usage_counted_total")).isEqualTo(11);
    }

    @Test
    void shouldServeNothingButGet() throws Exception {
        HttpResponse<String> answer = api.post("/metrics", "");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void shouldCountRequestsByRouteWhateverIsAskedFor() throws Exception {
        api.get("/api/prices/history/some/model");
        api.get("/api/v1/prices/history/another/model/with/slashes");
        api.get("/nowhere/1");
        api.get("/nowhere/2");
        api.send(api.request("/nowhere/3").method("BREW", BodyPublishers.noBody()));
        api.post("/api/v1/usage/record", "{}");

        PrometheusText now = scrape();

        assertThat(requests(now, "GET", "/api/prices/history/{*name}", "200")).isEqualTo(2);
        assertThat(requests(now, "GET", "unmatched", "404")).isEqualTo(2);
        assertThat(requests(now, "POST", "/api/usage/record", "503")).isEqualTo(1);
        assertThat(now.samples)
                .filteredOn(sample -> sample.name().equals("budget_http_requests_total"))
                .extracting(sample -> sample.labels().get("method"))
                .contains("other")
                .doesNotContain("BREW");
        assertThat(
                        now.value(
                                "budget_http_request_seconds_count",
                                "method",
                                "GET",
                                "route",
                                "unmatched"))
                .isEqualTo(2);
        assertThat(
                        now.value(
                                "budget_usage_refused_total",
                                "way",
                                "single",
                                "code",
                                "service_unavailable"))
                .isEqualTo(1);
    }

    @Test
    void shouldTellWhatThePartsCount() throws Exception {
        PrometheusText now = scrape();

        assertThat(now.value("budget_usage_unpriced_total")).isEqualTo(12);
        assertThat(now.value("budget_usage_duplicates_total")).isEqualTo(13);
        assertThat(now.value("budget_usage_strays_total")).isEqualTo(14);
        assertThat(now.value("budget_stream_skipped_total", "application", "ledger")).isEqualTo(16);
        assertThat(now.sum("budget_dead_letters_total")).isEqualTo(17);
        assertThat(now.sum("budget_decisions_total")).isEqualTo(18);
        assertThat(now.sum("budget_refusals_total")).isEqualTo(19);
        assertThat(now.value("budget_allocations_ended_total", "state", "expired")).isEqualTo(20);
        assertThat(now.value("budget_allocation_tokens_returned_total")).isEqualTo(22);
        assertThat(now.value("budget_allocations_open")).isEqualTo(23);
        assertThat(now.value("budget_stream_commit_seconds_sum", "application", "ledger"))
                .isEqualTo(1.5);
        assertThat(
                        now.value(
                                "budget_stream_state",
                                "application",
                                "ledger",
                                "state",
                                "rebalancing"))
                .isEqualTo(1);
        assertThat(now.sum("budget_stream_state")).isEqualTo(2);
        assertThat(
                        now.value(
                                "budget_stream_lag_records",
                                "application",
                                "metering",
                                "topic",
                                "budget.usage",
                                "partition",
                                "3"))
                .isEqualTo(26);
        assertThat(now.value("budget_restoring_records", "application", "metering")).isEqualTo(28);
        assertThat(now.value("budget_ready")).as("the ledger cannot be asked").isZero();
    }

    @Test
    void shouldTellFreshnessInCumulativeBuckets() throws Exception {
        PrometheusText now = scrape();

        TreeMap<String, Double> buckets = new TreeMap<>();
        now.samples.stream()
                .filter(sample -> sample.name().equals("budget_freshness_seconds_bucket"))
                .filter(sample -> sample.labels().containsValue("contexts"))
                .forEach(sample -> buckets.put(sample.labels().get("le"), sample.value()));
        assertThat(buckets)
                .hasSize(12)
                .containsEntry("0.025", 0.0)
                .containsEntry("0.05", 3.0)
                .containsEntry("0.5", 3.0)
                .containsEntry("1.0", 5.0)
                .containsEntry("2.5", 5.0)
                .containsEntry("5.0", 6.0)
                .containsEntry("+Inf", 6.0);
        assertThat(now.value("budget_freshness_seconds_sum", "stage", "contexts")).isEqualTo(5.5);
    }

    @Test
    void shouldTellTheAgeOfPricesThatWereReadOnce() throws Exception {
        PrometheusText now = scrape();

        assertThat(now.value("budget_price_source_age_seconds", "source", "litellm"))
                .isBetween(90.0, 600.0);
        assertThat(now.samples)
                .noneMatch(
                        sample ->
                                sample.name().equals("budget_price_source_age_seconds")
                                        && sample.labels().containsValue("openrouter"));
        assertThat(now.value("budget_price_source_failing", "source", "litellm")).isZero();
        assertThat(now.value("budget_price_source_failing", "source", "openrouter")).isEqualTo(1);
        assertThat(now.value("budget_priced_models")).isEqualTo(2);
    }

    @Test
    void shouldAnswerBeforeTheMeteringRuns() throws Exception {
        try (Api waiting =
                Api.start(
                        (_, _) -> {
                            throw new IllegalStateException("no Kafka yet");
                        },
                        new FakePriceClient())) {
            PrometheusText now = new PrometheusText(waiting.get("/metrics").body());

            assertThat(now.value("budget_usage_counted_total")).isZero();
            assertThat(now.value("budget_allocations_open")).isNaN();
            assertThat(now.value("budget_ready")).isZero();
            assertThat(now.samples)
                    .noneMatch(
                            sample ->
                                    sample.name().startsWith("budget_freshness_seconds")
                                            && sample.value() != 0)
                    .noneMatch(sample -> sample.name().equals("budget_stream_lag_records"));
        }
    }

    private static SourceState source(String name, Instant fetchedAt, String failure) {
        return new SourceState(
                name, "there", failure, Instant.EPOCH, fetchedAt, 7, 0, 0, new TreeMap<>());
    }

    private static double requests(PrometheusText now, String method, String route, String status) {
        return now.value(
                "budget_http_requests_total", "method", method, "route", route, "status", status);
    }

    private static PrometheusText scrape() throws Exception {
        return new PrometheusText(api.get("/metrics").body());
    }
}
