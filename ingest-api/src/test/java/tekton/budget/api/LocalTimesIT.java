package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.UsageReported;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;

import tools.jackson.databind.JsonNode;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * Times as Tekton's programs send them: those of their own clock, without an offset. What is
 * answered is in UTC.
 */
class LocalTimesIT {

    /** What Python's {@code datetime.now().isoformat()} writes. */
    private static final DateTimeFormatter PYTHON =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

    private static final String OPUS = "claude-3-opus-20240229";

    @ParameterizedTest
    @ValueSource(strings = {"America/Los_Angeles", "UTC", "Asia/Kolkata", "Pacific/Auckland"})
    void shouldReadTimesWithoutAnOffsetInTheConfiguredZone(String zone) throws Exception {
        FakeMetering metering = new FakeMetering();
        Instant now = Instant.now();
        metering.totals.cell(
                new Cell("b", "chat", "anthropic", OPUS, Tier.REMOTE_HEAVYWEIGHT, "t"),
                now.toEpochMilli(),
                7,
                "0.5");
        metering.records.records.add(record(now));
        try (Api api = Api.startInZone(zone, metering.withoutKafka())) {
            Api.await(() -> api.get("/ready").statusCode() == 200);
            String to = local(now, zone);
            String from = local(now.minus(Duration.ofMinutes(30)), zone);

            JsonNode rows =
                    Api.json(
                            api.get(
                                    "/api/usage/analytics?period=daily&start_date=%s&end_date=%s"
                                            .formatted(from, to)));
            assertThat(rows.size()).as(from).isEqualTo(1);
            assertThat(rows.get(0).get("date").asString())
                    .isEqualTo(now.truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10));

            String body =
                    "{\"period\": \"daily\", \"start_time\": \"%s\", \"end_time\": \"%s\"}"
                            .formatted(from, to);
            JsonNode summary = Api.json(api.post("/api/v1/usage/summary", body));
            assertThat(summary.get("count").asInt()).isEqualTo(1);
            assertThat(summary.get("end_time").asString())
                    .isEqualTo(
                            now.plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.HOURS).toString());
            JsonNode report =
                    Api.json(
                            api.get(
                                    "/api/reports/summary?period=daily&start_time=%s&end_time=%s"
                                            .formatted(from, to)));
            assertThat(report).isEqualTo(summary);

            String records = "/api/usage/records?limit=20&start_date=%s&end_date=%s";
            assertThat(Api.json(api.get(records.formatted(from, to))).get("items").size())
                    .isEqualTo(1);
            // The dashboard's filter by days names the caller's.
            String day = LocalDateTime.ofInstant(now, ZoneId.of(zone)).toLocalDate().toString();
            assertThat(Api.json(api.get(records.formatted(day, day))).get("items").size())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"America/Los_Angeles", "Pacific/Auckland"})
    void shouldPreferAZoneThatIsNamedAndAnOffset(String zone) throws Exception {
        FakeMetering metering = new FakeMetering();
        try (Api api = Api.startInZone(zone, metering.withoutKafka())) {
            Api.await(() -> api.get("/ready").statusCode() == 200);
            Instant begin = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.HOURS);
            String report = "/api/reports/usage?group_by=hour&from=%s";

            assertThat(from(api, report.formatted(local(begin, zone)))).isEqualTo(begin.toString());
            assertThat(from(api, report.formatted(local(begin, "UTC") + "&zone=UTC")))
                    .isEqualTo(begin.toString());
            assertThat(from(api, report.formatted(begin))).isEqualTo(begin.toString());
            // A date is a day of the report's own zone, as the days in it are.
            String day = begin.toString().substring(0, 10);
            assertThat(from(api, report.formatted(day))).isEqualTo(day + "T00:00:00Z");
        }
    }

    private static String from(Api api, String path) throws Exception {
        return Api.json(api.get(path)).get("from").asString();
    }

    private static String local(Instant at, String zone) {
        return URLEncoder.encode(
                        PYTHON.format(LocalDateTime.ofInstant(at, ZoneId.of(zone))),
                        StandardCharsets.UTF_8)
                .replace("%3A", ":");
    }

    private static CountedRecord record(Instant at) {
        UsageReported usage =
                new UsageReported(
                        "r1",
                        "c",
                        "chat",
                        "anthropic",
                        OPUS,
                        null,
                        null,
                        null,
                        null,
                        TokenCounts.of(7, 0),
                        at.toEpochMilli(),
                        at.toEpochMilli(),
                        null,
                        null,
                        null,
                        null,
                        null);
        return new CountedRecord(usage, at.toEpochMilli(), 0, 0);
    }
}
