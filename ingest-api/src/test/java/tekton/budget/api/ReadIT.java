package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.UsageReported;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.value.Positions;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** The reading endpoints over HTTP, on ports that answer what a test has put into them. */
class ReadIT {

    private static final long AT = Instant.parse("2026-05-01T10:30:00Z").toEpochMilli();

    private static final FakeMetering METERING = new FakeMetering();

    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        METERING.totals.put(
                Dimension.CONTEXT, "a/b//c;d ü?", FakeTotals.totals(100, 250, "0.02025", 1, AT));
        METERING.totals.put(Dimension.CONTEXT, "empty", Totals.ZERO);
        METERING.totals.put(Dimension.USER, "ann", FakeTotals.totals(1, 2, "0.5", 1, AT));
        for (int i = 0; i < 25; i++) {
            METERING.totals.put(
                    Dimension.COMPONENT,
                    "component-%02d".formatted(i),
                    FakeTotals.totals(i, 1, "0.%02d".formatted(25 - i), 100 - i, AT));
        }
        record("one", "ctx", 1);
        record("two", "ctx", 2);
        record("both", "ctx", 3);
        record("both", "other", 4);
        api = Api.start(METERING.withoutKafka(), new FakeLedger());
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @AfterEach
    void reset() {
        METERING.totals.instead = Optional.empty();
        METERING.queryable = true;
    }

    @Test
    void shouldFindAnIdWhateverCharactersItHas() throws Exception {
        for (String path : new String[] {"a/b//c;d%20%C3%BC%3F", "a%2Fb%2f%2fc%3bd%20%c3%bc%3F"}) {
            HttpResponse<String> response = api.get("/api/v1/totals/contexts/" + path);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body())
                    .isEqualTo(
                            "{\"id\":\"a/b//c;d ü?\",\"input_tokens\":100,\"output_tokens\":250,"
                                + "\"total_tokens\":350,\"cached_input_tokens\":0,"
                                + "\"cache_write_tokens\":0,\"reasoning_tokens\":0,"
                                + "\"unpriced_tokens\":0,\"estimated_tokens\":0,\"total_cost\":0.02025,"
                                + "\"record_count\":1,\"first_at\":\"2026-05-01T10:30:00Z\","
                                + "\"last_at\":\"2026-05-01T10:30:00Z\"}");
        }
        assertThat(Api.json(api.get("/api/totals/contexts/empty")).get("first_at").isNull())
                .isTrue();
    }

    @Test
    void shouldAskForTheHoursOfAWindowAndNameIt() throws Exception {
        JsonNode json =
                Api.json(
                        api.get(
                                "/api/totals/components/component-01"
                                        + "?from=2026-03-29&to=2026-03-29&zone=Europe/Berlin"));

        assertThat(json.get("from").stringValue()).isEqualTo("2026-03-29T00:00:00+01:00");
        assertThat(json.get("to").stringValue()).isEqualTo("2026-03-30T00:00:00+02:00");
        assertThat(json.get("zone").stringValue()).isEqualTo("Europe/Berlin");
        assertThat(METERING.totals.lastFrom * 60)
                .isEqualTo(Instant.parse("2026-03-28T23:00:00Z").getEpochSecond());
        assertThat(METERING.totals.lastUntil * 60)
                .isEqualTo(Instant.parse("2026-03-29T22:00:00Z").getEpochSecond());
    }

    @Test
    void shouldRefuseAWindowThatCutsWhatWasCountedAsOne() throws Exception {
        String midnight = "from=2026-05-01T00:00&to=2026-05-02T00:00&zone=";
        METERING.totals.cut = true;
        try {
            HttpResponse<String> refused =
                    api.get("/api/totals/components/component-01?" + midnight + "Asia/Kolkata");

            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(Api.json(refused).get("detail").stringValue())
                    .startsWith(
                            "zone: \"Asia/Kolkata\" (expected: a zone whole hours from UTC: usage");
        } finally {
            METERING.totals.cut = false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "422, /api/totals/contexts/empty?from=2026-05-01T10:30:00Z&to=2026-05-01T11:00:00Z",
        "422, /api/totals/contexts/empty?from=x",
        "422, /api/totals/contexts/empty?to=2026-05-01",
        "422, /api/totals/contexts/empty?period=daily&from=2026-05-01",
        "422, /api/totals/contexts/empty?period=daily&zone=Mars/Olympus",
        "200, /api/totals/contexts/empty?period=daily&zone=Asia/Kolkata",
        "200, /api/totals/contexts/empty?period=hourly&zone=Pacific/Chatham",
        "422, /api/totals/contexts/empty?period=daily&zone=%2B05:17",
        "200, /api/totals/components/component-01?from=2026-05-01T00:00&zone=Asia/Kolkata",
        "422, /api/totals/components/component-01?from=2026-05-01T00:15&zone=Asia/Kolkata",
        "200, /api/totals/components/component-01?from=2026-05-01T00:15&zone=Asia/Kathmandu",
        "422, /api/totals/components/component-01?from=2026-05-01T00:20&zone=Asia/Kathmandu",
        "400, /api/totals/contexts/empty?period=per_task",
        "422, /api/totals/components/component-01?from=2026-05-02&to=2026-05-01",
        "422, /api/totals/components/component-01?from=2025-01-01&to=2026-02-05",
        "200, /api/totals/components/component-01?from=2025-01-01&to=2026-02-04",
        "422, /api/totals/contexts/empty?from=2020-01-01&to=2020-01-02",
        "200, /api/totals/contexts/empty?period=MONTHLY",
        "422, /api/totals/contexts?limit=0",
        "422, /api/totals/contexts?limit=101",
        "422, /api/totals/contexts?limit=ten",
        "200, /api/totals/contexts?limit=100",
        "400, /api/totals/contexts?top=size",
        "422, /api/totals/contexts/",
        "400, /api/totals/contexts/%ff",
        "422, /api/totals/contexts/empty?wait_ms=30001",
        "200, /api/totals/contexts/empty?wait_ms=30000",
        "404, /api/totals/contexts/nobody",
        "404, /api/totals/users/a",
        "200, /api/totals/users/ann?period=weekly",
        "422, /api/totals/users/ann?from=2020-01-01&to=2020-01-02",
        "404, /api/totals/people/a",
        "404, /api/nothing",
        "404, /nothing",
        "200, /api/usage/records",
        "422, /api/usage/records?context_id=ctx&cursor=x",
        "404, /api/usage/records/nothing",
        "404, /api/usage/records/one?context_id=other",
    })
    void shouldAnswerEveryRefusalAsAProblem(int status, String path) throws Exception {
        HttpResponse<String> response = api.get(path);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode json = Api.json(response);
        if (status >= 400) {
            assertThat(response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(t -> assertThat(t).startsWith("application/problem+json"));
            assertThat(json.get("status").intValue()).isEqualTo(status);
            assertThat(json.get("code").stringValue()).isNotEmpty();
            assertThat(json.get("detail")).isEqualTo(json.get("error"));
        }
    }

    @Test
    void shouldPageByKey() throws Exception {
        JsonNode first = Api.json(api.get("/api/totals/components"));
        assertThat(first.get("items").size()).isEqualTo(20);
        assertThat(first.get("next").stringValue()).isEqualTo("component-19");

        JsonNode second = Api.json(api.get("/api/totals/components?after=component-19"));
        assertThat(second.get("items").size()).isEqualTo(5);
        assertThat(second.get("next").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"cost, component-00", "TOKENS, component-24", "records, component-00"})
    void shouldListTheLargest(String by, String largest) throws Exception {
        JsonNode json = Api.json(api.get("/api/totals/components?limit=3&top=" + by));

        assertThat(json.get("items").size()).isEqualTo(3);
        assertThat(json.get("items").get(0).get("id").stringValue()).isEqualTo(largest);
    }

    @Test
    void shouldReadAfterThePositionsOfTheHeader() throws Exception {
        String path = "/api/totals/contexts/empty";
        api.get(path, "Budget-Position", "usage-3:1042, usage-0:7");
        assertThat(METERING.totals.lastAfter)
                .isEqualTo(
                        new Consistency(
                                Positions.parse("usage-0:7,usage-3:1042").orElseThrow(),
                                Duration.ofSeconds(5)));

        assertThat(api.get(path, "Budget-Position", "3:1042").statusCode()).isEqualTo(422);

        METERING.totals.instead = Optional.of(new Answer.NotReached<>(Positions.of(3, 1_042)));
        HttpResponse<String> late = api.get(path);
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(Api.json(late).get("detail").stringValue()).contains("usage-3:1042");
    }

    @Test
    void shouldNeverTellARestoringStateAsAnEmptyOne() throws Exception {
        METERING.totals.instead =
                Optional.of(new Answer.NotReady<>(Duration.ofSeconds(3), "usage [2]: gone"));
        METERING.queryable = false;

        HttpResponse<String> response = api.get("/api/totals/contexts/empty");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("3");
        HttpResponse<String> ready = api.get("/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(Api.json(ready).get("error").stringValue()).isEqualTo("Component not ready");
    }

    @Test
    void shouldSumACellInEveryWayASummaryShows() throws Exception {
        Instant now = Instant.now();
        try {
            checkSumsOfToday("sum", now);
        } catch (AssertionError differs) {
            if (day(now).equals(day(Instant.now()))) {
                throw differs;
            }
            // Midnight has passed in between.
            checkSumsOfToday("sum-again", Instant.now());
        }
    }

    private static LocalDate day(Instant at) {
        return at.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static void checkSumsOfToday(String budget, Instant now) throws Exception {
        LocalDate today = day(now);
        Cell cell = new Cell(budget, "c\"1", "p1", "m1", Tier.LOCAL_LIGHTWEIGHT, "chat");
        Cell other = new Cell(budget, "c2", "p1", "m2", Tier.LOCAL_LIGHTWEIGHT, "chat");
        METERING.totals.cell(cell, now.toEpochMilli(), 10, "0.000000000001");
        METERING.totals.cell(other, now.toEpochMilli(), 30, "3");
        METERING.totals.cell(other, now.minus(Duration.ofDays(1)).toEpochMilli(), 5, "0.5");

        HttpResponse<String> response =
                api.post(
                        "/api/usage/summary",
                        "{\"period\": \"Daily\", \"budgetId\": \"" + budget + "\", \"days\": 2}");
        JsonNode json = Api.json(response);
        assertThat(json.get("period").stringValue()).isEqualTo("daily");
        assertThat(json.get("count").longValue()).isEqualTo(2);
        assertThat(json.get("total_tokens").longValue()).isEqualTo(40);
        assertThat(json.get("total_cost").toString()).isEqualTo("3.000000000001");
        assertThat(json.get("start_time").stringValue()).isEqualTo(today + "T00:00:00Z");
        JsonNode groups = json.get("groups");
        assertThat(groups.size()).isEqualTo(4);
        assertThat(groups.get("provider").get("p1").get("count").longValue()).isEqualTo(2);
        assertThat(response.body())
                .contains("\"c\\\"1\":{\"input_tokens\":10,")
                .contains("\"cost\":0.000000000001,");
        assertThat(json.get("models").get(0).get("name").stringValue()).isEqualTo("m2");
        assertThat(json.get("daily_usage").get(0).get("limit").isNumber()).isTrue();
        assertThat(json.get("components").get(1).get("percentage").toString()).isEqualTo("0");
        assertThat(json.get("daily_usage").size()).isEqualTo(2);
        assertThat(json.get("daily_usage").get(0).get("cost").toString()).isEqualTo("0.5");
        assertThat(json.get("daily_spend").get(1).get("date").stringValue())
                .isEqualTo(today.toString());

        JsonNode filtered =
                summary(
                        "{\"period\": \"daily\", \"budget_id\": \""
                                + budget
                                + "\", \"model\": \"m1\"}",
                        200);
        assertThat(filtered.get("count").longValue()).isEqualTo(1);
        JsonNode empty = summary("{\"period\": \"hourly\", \"budget_id\": \"none\"}", 200);
        assertThat(empty.get("groups").get("task_type").size()).isZero();
        assertThat(empty.get("daily_usage").size()).isEqualTo(30);
    }

    /** The dashboard's list of models, as it sends for it and reads it. */
    @Test
    void shouldListAModelOnceWhoeverUsesIt() throws Exception {
        long now = Instant.now().toEpochMilli();
        for (String component : List.of("b", "a", "c")) {
            Cell cell = new Cell("once", component, "p1", "m1", Tier.LOCAL_LIGHTWEIGHT, "chat");
            METERING.totals.cell(cell, now, 10, "1");
            METERING.totals.cell(
                    new Cell("once", component, "p2", "m1", Tier.REMOTE_HEAVYWEIGHT, "code"),
                    now,
                    5,
                    "0.5");
        }
        for (int i = 0; i < 12; i++) {
            METERING.totals.cell(
                    new Cell("once", "user-" + i, "p1", "m2", Tier.LOCAL_LIGHTWEIGHT, "chat"),
                    now,
                    1,
                    "0.01");
        }

        JsonNode models =
                summary("{\"period\": \"monthly\", \"budget_id\": \"once\"}", 200).get("models");

        assertThat(models.size()).as(models.toString()).isEqualTo(3);
        assertThat(models.get(0).toString())
                .isEqualTo(
                        "{\"model\":\"m1\",\"name\":\"m1\",\"component\":\"a, b, c\","
                                + "\"provider\":\"p1\",\"tokens\":30,\"cost\":3,"
                                + "\"percentage\":64.94}");
        assertThat(models.get(1).get("provider").stringValue()).isEqualTo("p2");
        assertThat(models.get(1).get("tokens").intValue()).isEqualTo(15);
        assertThat(models.get(2).get("component").stringValue())
                .startsWith("user-0, user-1, user-10, ")
                .endsWith(", user-8, …");
    }

    /** The dashboard's trend: what the cost of a day is held against. */
    @Test
    void shouldTellTheDailyCostLimitThatIsInForce() throws Exception {
        FakeLedger ledger = METERING.ledger;
        Scope chat = new Scope(null, null, "chat", null);
        ledger.budgets.add(
                new BudgetView(
                        FakeLedger.budget("gone", "Gone", null, false),
                        List.of(daily("gone.p", Scope.ANY))));
        ledger.budgets.add(
                new BudgetView(
                        FakeLedger.budget("first", "First", null, true),
                        List.of(
                                FakeLedger.policy(
                                        "first.m", PolicyType.WARN, Period.MONTHLY, Scope.ANY),
                                FakeLedger.ofTokens(daily("first.t", chat)),
                                daily("first.p", Scope.ANY))));
        ledger.budgets.add(
                new BudgetView(
                        FakeLedger.budget("second", "Second", null, true),
                        List.of(daily("second.c", chat))));
        try {
            assertThat(limit("")).isEqualTo("2.5");
            assertThat(limit(", \"budget_id\": \"first\"")).isEqualTo("2.5");
            assertThat(limit(", \"component\": \"chat\"")).isEqualTo("0");
            assertThat(limit(", \"budget_id\": \"second\"")).isEqualTo("0");
            assertThat(limit(", \"budget_id\": \"second\", \"component\": \"chat\""))
                    .isEqualTo("2.5");
            assertThat(limit(", \"model\": \"m1\"")).isEqualTo("0");
            assertThat(limit(", \"budget_id\": \"nobody's\"")).isEqualTo("0");
        } finally {
            ledger.budgets.clear();
        }
    }

    private static Policy daily(String id, Scope scope) {
        return FakeLedger.policy(id, PolicyType.HARD_LIMIT, Period.DAILY, scope);
    }

    private static String limit(String filters) throws Exception {
        JsonNode json = summary("{\"period\": \"daily\", \"days\": 30" + filters + "}", 200);
        assertThat(json.get("daily_usage")).hasSize(30);
        assertThat(json.get("daily_spend")).isEqualTo(json.get("daily_usage"));
        return json.get("daily_usage").get(29).get("limit").toString();
    }

    @Test
    void shouldWidenTheTimesOfASummaryToWholeHours() throws Exception {
        JsonNode json =
                summary(
                        """
                        {"period": "monthly", "start_time": "2026-05-01T10:59:59.5Z",
                         "end_time": "2026-05-02T00:00:01+02:00"}\
                        """,
                        200);

        assertThat(json.get("start_time").stringValue()).isEqualTo("2026-05-01T10:00:00Z");
        assertThat(json.get("end_time").stringValue()).isEqualTo("2026-05-01T23:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "422 | {}",
                "400 | {\"period\": \"per_session\"}",
                "400 | {\"period\": \"sometimes\"}",
                "422 | {\"period\": 7}",
                "422 | {\"period\": \"daily\", \"days\": 0}",
                "422 | {\"period\": \"daily\", \"days\": 401}",
                "200 | {\"period\": \"daily\", \"days\": 400}",
                "422 | {\"period\": \"daily\", \"days\": 1.5}",
                "422 | {\"period\": \"daily\", \"start_time\": \"x\"}",
                "422 | {\"period\": \"daily\", \"start_time\": \"2024-01-01\"}",
                "422 | {\"period\": \"daily\"",
                "422 | []",
            })
    void shouldRefuseAnImpossibleSummary(int status, String body) throws Exception {
        summary(body, status);
    }

    @Test
    void shouldReadARecordWithItsCosts() throws Exception {
        JsonNode json = Api.json(api.get("/api/usage/records/one"));

        assertThat(json.get("record_id").stringValue()).isEqualTo("one");
        assertThat(json.get("total_cost").toString()).isEqualTo("0.000015");
        assertThat(json.get("timestamp").stringValue()).isEqualTo("2026-05-01T10:30:00Z");
    }

    @Test
    void shouldAskForTheContextOfAnAmbiguousRecord() throws Exception {
        HttpResponse<String> response = api.get("/api/usage/records/both");

        assertThat(response.statusCode()).isEqualTo(409);
        JsonNode json = Api.json(response);
        assertThat(json.get("code").stringValue()).isEqualTo("ambiguous_record");
        assertThat(json.get("detail").stringValue()).contains("ctx").contains("other");
        assertThat(api.get("/api/usage/records/both?context_id=other").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldListAContextsRecordsNewestFirst() throws Exception {
        JsonNode first = Api.json(api.get("/api/usage/records?context_id=ctx&limit=2"));
        assertThat(first.get("items").get(0).get("record_id").stringValue()).isEqualTo("both");
        assertThat(first.get("items").size()).isEqualTo(2);

        JsonNode newest =
                Api.json(api.get("/api/usage/records?context_id=ctx&limit=2&cursor=newest"));
        assertThat(newest.get("items")).isEqualTo(first.get("items"));
        assertThat(newest.get("total").isNull()).isTrue();
        assertThat(newest.get("next")).isEqualTo(first.get("next"));

        String next = first.get("next").stringValue();
        JsonNode last =
                Api.json(api.get("/api/usage/records?context_id=ctx&limit=2&cursor=" + next));
        assertThat(last.get("items").get(0).get("record_id").stringValue()).isEqualTo("one");
        assertThat(last.get("next").isNull()).isTrue();
    }

    @Test
    void shouldSayWhoItIs() throws Exception {
        assertThat(Api.json(api.get("/")).get("component").stringValue()).isEqualTo("budget");
        assertThat(Api.json(api.get("/ready")).get("ready").booleanValue()).isTrue();
        assertThat(api.get("/api/v1/health").statusCode()).isEqualTo(503);
    }

    @Test
    void shouldAnswerAWrongMethodWithTheRightOnes() throws Exception {
        HttpResponse<String> response = api.post("/api/totals/contexts/empty", "{}");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow"))
                .hasValueSatisfying(allow -> assertThat(allow).contains("GET"));
        assertThat(Api.json(response).get("code").stringValue()).isEqualTo("method_not_allowed");
    }

    /** What Tomcat turns down by itself, before any of our code. */
    @ParameterizedTest
    @CsvSource({
        "GET /api/\\x01 HTTP/1.1",
        "GET /api/totals/contexts/%zz HTTP/1.1",
        "GET /api/totals/contexts/a?limit=%zz HTTP/1.1",
    })
    void shouldAnswerWhatIsNotHttpWithAProblemToo(String line) throws Exception {
        String answer =
                api.raw(
                        line.replace("\\x01", "\u0001")
                                + "\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .contains("\"code\":\"bad_request\"");
    }

    private static JsonNode summary(String body, int status) throws Exception {
        HttpResponse<String> response = api.post("/api/usage/summary", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return Api.json(response);
    }

    private static void record(String id, String context, long offset) {
        UsageReported usage =
                new UsageReported(
                        id,
                        context,
                        "x",
                        "anthropic",
                        "claude-3-opus-20240229",
                        null,
                        null,
                        null,
                        null,
                        TokenCounts.of(1, 0),
                        AT,
                        AT,
                        null,
                        null,
                        null,
                        null,
                        "anthropic/claude-3-opus-20240229@1970-01-01T00:00:00Z#builtin");
        METERING.records.records.add(new CountedRecord(usage, AT, 0, offset));
    }
}
