package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Zones that are not whole hours from UTC, from a record to every answer. */
class ZonesIT {

    @RegisterExtension static final LedgerApi API = new LedgerApi();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AtomicInteger RECORDS = new AtomicInteger();

    /**
     * Records at both sides of the last midnight, which lies within a UTC hour: each is counted in
     * its own day, by the limit, in totals and in reports, also after a restart.
     */
    @Test
    void shouldCountADayOfItsZone() throws Exception {
        ZoneId zone = ZoneId.of(farFromMidnight("Asia/Kolkata", "America/St_Johns"));
        LocalDate today = LocalDate.now(zone);
        ZonedDateTime midnight = today.atStartOfDay(zone);
        assertThat(midnight.withZoneSameInstant(ZoneOffset.UTC).getMinute()).isEqualTo(30);
        String budget = API.budget(", \"zone\": \"%s\"".formatted(zone));
        String policy = API.policy(budget, "hard_limit", "daily", ", \"token_limit\": 1000");
        // At once: nothing waits until the metering has heard of the budget.
        String position =
                report(
                        usage(budget, "c/" + budget, midnight.minusMinutes(29), 1),
                        usage(budget, "c/" + budget, midnight.minusNanos(1_000_000), 2),
                        usage(budget, "c/" + budget, midnight, 100),
                        usage(budget, "c/" + budget, midnight.plusMinutes(29), 200));

        checkDay(budget, zone, today, position);
        for (JsonNode stands :
                read("/api/budgets/" + budget + "/summary?period=daily", position, budget)) {
            if (stands.get("policy_id").stringValue().equals(policy)) {
                assertThat(stands.get("total_tokens_used").longValue()).isEqualTo(300);
                assertThat(Instant.parse(stands.get("start_time").stringValue()))
                        .isEqualTo(midnight.toInstant());
                assertThat(Instant.parse(stands.get("end_time").stringValue()))
                        .isEqualTo(today.plusDays(1).atStartOfDay(zone).toInstant());
            }
        }
        API.granted(budget, "c", 700, "");
        LedgerApi.refused(402, "insufficient_budget", API.allocate(budget, "c", 1, ""));
        // Made in mid-window: it finds what its window has spent, and nothing of yesterday.
        API.policy(
                budget,
                "hard_limit",
                "daily",
                ", \"token_limit\": 1000, \"component\": \"my-component\"");
        LedgerApi.refused(402, "insufficient_budget", API.allocate(budget, "c", 1, ""));

        API.restart();

        checkDay(budget, zone, today, position);
        LedgerApi.refused(402, "insufficient_budget", API.allocate(budget, "c", 1, ""));
    }

    private static void checkDay(String budget, ZoneId zone, LocalDate today, String position)
            throws Exception {
        String yesterday = today.minusDays(1).toString();
        for (String id :
                List.of("budgets/" + budget, "contexts/c/" + budget, "components/of-" + budget)) {
            String total = "/api/totals/" + id + "?zone=" + zone;
            assertThat(tokens(read(total + "&period=daily", position, id))).isEqualTo(300);
            assertThat(
                            tokens(
                                    read(
                                            total
                                                    + "&from=%s&to=%s"
                                                            .formatted(yesterday, yesterday),
                                            position,
                                            id)))
                    .isEqualTo(3);
            assertThat(
                            tokens(
                                    read(
                                            total
                                                    + "&from=%sT23:00&to=%sT00:00"
                                                            .formatted(yesterday, today),
                                            position,
                                            id)))
                    .isEqualTo(3);
        }
        assertThat(
                        rows(
                                "/api/reports/usage?group_by=day&budget_id=%s&zone=%s"
                                        .formatted(budget, zone),
                                "day",
                                position))
                .containsExactly(yesterday + " 3", today + " 300");
        assertThat(
                        rows(
                                "/api/reports/usage?group_by=context,hour&context_id=c/%s&zone=%s"
                                        .formatted(budget, zone),
                                "hour",
                                position))
                .containsExactly(
                        iso(today.atStartOfDay(zone).minusHours(1)) + " 3",
                        iso(today.atStartOfDay(zone)) + " 300");
        List<String> analytics = new ArrayList<>();
        read(
                        "/api/usage/analytics?budget_id=%s&zone=%s&start_date=%s"
                                .formatted(budget, zone, yesterday),
                        position,
                        budget)
                .forEach(
                        row ->
                                analytics.add(
                                        row.get("date").stringValue()
                                                + ' '
                                                + row.get("total_tokens")));
        assertThat(analytics).containsExactly(yesterday + " 3", today + " 300");
    }

    /** What was counted by the hour is never guessed at; what no end of a window cuts is exact. */
    @Test
    void shouldAnswerForHoursThatAreNotCutAndRefuseThoseThatAre() throws Exception {
        ZonedDateTime cut =
                ZonedDateTime.now(ZoneOffset.UTC)
                        .minusDays(2)
                        .withHour(10)
                        .withMinute(30)
                        .withSecond(0)
                        .withNano(0);
        String window = "&zone=Asia/Kolkata&from=%s&to=%s".formatted(z(cut), z(cut.plusDays(1)));
        // Until the metering has heard of a budget that was just made, it counts it finer.
        String[] context = new String[1];
        String[] position = new String[1];
        Api.await(
                () -> {
                    context[0] = "cut-" + RECORDS.get();
                    position[0] =
                            report(
                                    usage("default", context[0], cut.minusMinutes(1), 1),
                                    usage("default", context[0], cut, 2));
                    return get("/api/totals/contexts/" + context[0] + "?" + window, position[0])
                                    .statusCode()
                            == 422;
                });
        for (String path :
                List.of(
                        "/api/totals/contexts/" + context[0] + "?",
                        "/api/totals/budgets/default?",
                        "/api/totals/components/of-default?",
                        "/api/reports/usage?budget_id=default",
                        "/api/reports/usage?context_id=" + context[0])) {
            HttpResponse<String> refused = get(path + window, position[0]);
            assertThat(refused.statusCode()).as(path + refused.body()).isEqualTo(422);
            assertThat(Api.json(refused).get("detail").stringValue())
                    .startsWith(
                            "zone: \"Asia/Kolkata\" (expected: a zone whole hours from UTC: usage");
        }
        String whole = "?from=%s&to=%s".formatted(z(cut.withMinute(0)), z(cut.plusMinutes(30)));
        assertThat(tokens(read("/api/totals/contexts/" + context[0] + whole, position[0], "whole")))
                .isEqualTo(3);

        String oneSide = report(usage("default", "one-side", cut.plusMinutes(3), 5));
        assertThat(tokens(read("/api/totals/contexts/one-side?" + window, oneSide, "one side")))
                .isEqualTo(5);
        JsonNode before =
                read(
                        "/api/totals/contexts/one-side?zone=Asia/Kolkata&from=%s&to=%s"
                                .formatted(z(cut.minusDays(1)), z(cut)),
                        oneSide,
                        "before");
        assertThat(tokens(before)).isZero();
    }

    /** Also zones whose clocks change by half an hour, and one that is three quarters off. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Asia/Kathmandu",
                "Australia/Adelaide",
                "Australia/Lord_Howe",
                "Pacific/Chatham",
                "Australia/Eucla",
                "-09:30"
            })
    void shouldTellApartWhatLiesBesideAnHourOfTheZone(String name) throws Exception {
        ZoneId zone = ZoneId.of(name);
        String budget = API.budget(", \"zone\": \"%s\"".formatted(name));
        ZonedDateTime full =
                ZonedDateTime.now(zone)
                        .minusDays(1)
                        .withHour(12)
                        .withMinute(0)
                        .withSecond(0)
                        .withNano(0);
        String position =
                report(
                        usage(budget, "h/" + budget, full.minusNanos(1_000_000), 1),
                        usage(budget, "h/" + budget, full, 2),
                        usage(budget, "h/" + budget, full.plusMinutes(59), 4),
                        usage(budget, "h/" + budget, full.plusHours(1), 8));

        assertThat(
                        rows(
                                "/api/reports/usage?group_by=hour&budget_id=%s&zone=%s"
                                        .formatted(budget, name),
                                "hour",
                                position))
                .containsExactly(
                        iso(full.minusHours(1)) + " 1",
                        iso(full) + " 6",
                        iso(full.plusHours(1)) + " 8");
        String local = full.toLocalDateTime().toString();
        assertThat(
                        tokens(
                                read(
                                        "/api/totals/budgets/%s?zone=%s&from=%s&to=%s"
                                                .formatted(
                                                        budget,
                                                        name,
                                                        local,
                                                        full.plusHours(1).toLocalDateTime()),
                                        position,
                                        budget)))
                .isEqualTo(6);
    }

    /** One of them where midnight is hours away, so that none passes during the test. */
    private static String farFromMidnight(String... zones) {
        for (String zone : zones) {
            int hour = ZonedDateTime.now(ZoneId.of(zone)).getHour();
            if (hour >= 1 && hour < 23) {
                return zone;
            }
        }
        throw new AssertionError("they are hours apart");
    }

    private static String usage(String budget, String context, ZonedDateTime at, long tokens) {
        return """
        {"record_id": "z%d", "budget_id": "%s", "context_id": "%s", "component": "of-%s",\
         "provider": "p", "model": "m", "input_tokens": %d, "output_tokens": 0,\
         "timestamp": "%s"}\
        """
                .formatted(
                        RECORDS.incrementAndGet(), budget, context, budget, tokens, at.toInstant());
    }

    private static String report(String... records) throws Exception {
        HttpResponse<String> response =
                API.http.post("/api/usage/batch", "[" + String.join(",", records) + "]");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(Api.json(response).get("refused").intValue()).as(response.body()).isZero();
        return response.headers().firstValue(LedgerApi.POSITION).orElseThrow();
    }

    private static HttpResponse<String> get(String path, String position) throws Exception {
        return API.http.get(
                path + (path.contains("?") ? "&" : "?") + "wait_ms=" + PATIENCE.toMillis(),
                LedgerApi.POSITION,
                position);
    }

    private static JsonNode read(String path, String position, String what) throws Exception {
        HttpResponse<String> response = get(path, position);
        assertThat(response.statusCode())
                .as("%s %s: %s", what, path, response.body())
                .isEqualTo(200);
        return Api.json(response);
    }

    private static List<String> rows(String path, String time, String position) throws Exception {
        List<String> rows = new ArrayList<>();
        read(path, position, time)
                .get("items")
                .forEach(row -> rows.add(row.get(time).stringValue() + ' ' + tokens(row)));
        return rows;
    }

    private static long tokens(JsonNode totals) {
        return totals.get("total_tokens").longValue();
    }

    private static String iso(ZonedDateTime time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
    }

    private static Instant z(ZonedDateTime time) {
        return time.toInstant();
    }
}
