package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.Tier;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Exports for billing tools, on ports that a test fills. */
class FocusExportIT {

    private static final Instant OLD = Instant.parse("2026-05-01T10:00:00Z");

    private static final FakeMetering METERING = new FakeMetering();

    private static Instant hour;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
        cell("b", "c", hour, "0.000000000001");
        cell("b", "a", hour, "1");
        cell("other", "a", hour, "2");
        cell("b", "a", OLD, "3");
        api = Api.start(METERING.withoutKafka(), new FakeLedger());
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @AfterEach
    void reset() {
        METERING.totals.unreadableFrom = Long.MAX_VALUE;
    }

    @ParameterizedTest
    @CsvSource({
        "200, ''",
        "200, version=1.3&format=JSONL",
        "200, profile=focus&version=1.2&period=daily",
        "200, profile=cloudzero&format=jsonl",
        "200, from=2026-05-01&to=2026-05-02&budget_id=b",
        "400, version=1.1",
        "400, format=xml",
        "400, profile=datadog",
        "422, profile=cloudzero&version=1.2",
        "422, zone=Europe/Berlin",
        "422, from=2026-05-01T10:30:00Z",
        "422, from=2024-01-01",
        "422, to=2026-05-02",
        "422, from=2026-05-02&to=2026-05-01T00:00:00Z",
        "400, period=never",
        "422, wait_ms=99999999",
    })
    void shouldRefuseAnExportThatIsNone(int status, String query) throws Exception {
        HttpResponse<String> response =
                api.get("/api/v1/exports/focus?" + query, "Budget-Position", "usage-0:1");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(type(response))
                .isEqualTo(
                        status != 200
                                ? "application/problem+json"
                                : query.contains("JSONL") || query.contains("jsonl")
                                        ? "application/x-ndjson"
                                        : "text/csv;header=present;charset=UTF-8");
    }

    @Test
    void shouldNameTheFieldTheValueAndTheExpectation() throws Exception {
        assertThat(Api.json(api.get("/api/exports/focus?version=2")).get("detail").asString())
                .isEqualTo("version: 2 (expected: 1.2 or 1.3)");
    }

    @Test
    void shouldExportThePresentMonthByDefault() throws Exception {
        HttpResponse<String> response = api.get("/api/exports/focus");
        List<Map<String, String>> rows = FocusRules.csv(response.body());

        assertThat(violations("1.2", response.body())).isEmpty();
        assertThat(rows)
                .extracting(row -> row.get("BillingAccountId") + ' ' + row.get("BilledCost"))
                .containsExactly("b 1", "b 0.000000000001", "other 2");
        assertThat(rows)
                .allSatisfy(
                        row -> assertThat(row.get("ChargePeriodStart")).isEqualTo(hour.toString()));
        YearMonth month = YearMonth.from(hour.atZone(ZoneOffset.UTC));
        assertThat(response.headers().firstValue("Content-Disposition"))
                .contains(
                        "attachment; filename=\"focus-1.2-%s-%s.csv\""
                                .formatted(month.atDay(1), month.atEndOfMonth()));
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void shouldExportOneBudgetAndAWindow() throws Exception {
        String body =
                api.get("/api/exports/focus?format=jsonl&from=2026-05-01&to=2026-05-01&version=1.3")
                        .body();
        List<Map<String, String>> rows = FocusRules.jsonLines(body);
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst())
                .containsEntry("ChargePeriodStart", OLD.toString())
                .containsEntry("x_PeriodClosed", "true")
                .containsEntry("HostProviderName", "p");
        assertThat(FocusRules.csv(api.get("/api/exports/focus?budget_id=other").body())).hasSize(1);
        assertThat(FocusRules.csv(api.get("/api/exports/focus?budget_id=nobody").body())).isEmpty();
    }

    @Test
    void shouldGzipForWhoTakesIt() throws Exception {
        HttpResponse<byte[]> zipped = bytes("/api/exports/focus", "br, gzip;q=0.5");
        assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(zipped.headers().allValues("Vary")).contains("Accept-Encoding");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            String body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(FocusRules.csv(body)).hasSize(3);
        }
        assertThat(bytes("/api/exports/focus", "gzip;q=0").headers().map())
                .doesNotContainKey("content-encoding");
    }

    @Test
    void shouldNotAnswerWithoutTheTotals() throws Exception {
        METERING.totals.unreadableFrom = 0;
        HttpResponse<String> response = api.get("/api/exports/focus", "Accept-Encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(type(response)).isEqualTo("application/problem+json");
    }

    /** What was sent must not look whole. */
    @ParameterizedTest
    @CsvSource({"gzip", "identity"})
    void shouldBreakTheConnectionWhenTheRestCannotBeRead(String coding) throws Exception {
        METERING.totals.unreadableFrom = OLD.plus(3, ChronoUnit.DAYS).toEpochMilli();

        assertThatThrownBy(() -> bytes("/api/exports/focus?from=2026-05-01&to=2026-05-09", coding))
                .isInstanceOf(IOException.class);
    }

    private static List<String> violations(String version, String csv) {
        return FocusRules.violations(version, FocusRules.csvHeader(csv), FocusRules.csv(csv));
    }

    private static String type(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElseThrow();
    }

    private static HttpResponse<byte[]> bytes(String path, String coding) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    api.request(path, "Accept-Encoding", coding).build(),
                    BodyHandlers.ofByteArray());
        }
    }

    private static void cell(String budget, String component, Instant at, String cost) {
        METERING.totals.cell(
                new Cell(budget, component, "p", "m", Tier.LOCAL_MIDWEIGHT, "t"),
                at.toEpochMilli(),
                5,
                cost);
    }
}
