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
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.CountedRecord;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.RecordQueries;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Reports, record lists and what Tekton's command line reads, on ports that a test fills. */
class ReportIT {

    private static Instant hour;

    private static final FakeMetering METERING = new FakeMetering();

    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
        cell("=cmd", "p,1", 2, "0.000000000001");
        cell("chat", "p,1", 3, "1");
        METERING.totals.contextHour("ctx", hour.toEpochMilli(), 5, "0.5");
        METERING.totals.contextPart(
                "ctx",
                new Cell("team", "chat", "p", "m", Tier.LOCAL_MIDWEIGHT, "default"),
                "ann",
                hour.toEpochMilli(),
                5);
        for (int i = 0; i < 30; i++) {
            record(
                    "r" + i,
                    i % 2 == 0 ? "even" : "odd",
                    Instant.parse("2026-05-01T00:00:00Z").plus(i, ChronoUnit.HOURS));
        }
        FakeLedger ledger = METERING.ledger;
        ledger.budgets.add(
                new BudgetView(FakeLedger.budget("team", "Team", "ann", true), List.of()));
        ledger.budgets.add(new BudgetView(FakeLedger.budget("old", "Old", null, false), List.of()));
        for (String policy : List.of("team.p1", "old.p1")) {
            ledger.standings.add(
                    FakeLedgerApi.standing(
                            FakeLedger.policy(policy, PolicyType.WARN, Period.DAILY, Scope.ANY)));
        }
        ledger.standings.add(
                FakeLedgerApi.standing(
                        FakeLedger.policy(
                                "team.p2",
                                PolicyType.WARN,
                                Period.DAILY,
                                new Scope(Tier.LOCAL_MIDWEIGHT, "ollama", null, null))));
        api = Api.start(METERING.withoutKafka(), new FakeLedger());
        Api.await(() -> api.get("/ready").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @AfterEach
    void reset() {
        METERING.records.readMax = RecordQueries.READ_MAX;
    }

    @ParameterizedTest
    @CsvSource({
        "200, group_by=",
        "200, group_by=Budget&group_by=component,hour",
        "200, 'group_by=context,hour&context_id=ctx'",
        "200, group_by=day&period=monthly&zone=Europe/Berlin",
        "400, group_by=colour",
        "400, 'group_by=budget,,model'",
        "422, 'group_by=budget,model,budget'",
        "422, 'group_by=hour,day'",
        "200, 'group_by=context,model'",
        "200, group_by=context&component=chat",
        "200, context_id=ctx&tier=local_midweight",
        "200, 'group_by=context,user,budget,component,provider,model,tier,task_type,hour'",
        "200, context_id=ctx&user_id=ann",
        "422, 'group_by=context,model&from=2026-01-01&to=2026-01-02'",
        "200, 'group_by=user,budget,component,provider,model,tier,task_type,hour'",
        "200, 'group_by=model&user_id=ann&budget_id=b&tier=local_midweight'",
        "422, group_by=user&from=2026-01-01&to=2026-01-02",
        "400, tier=huge",
        "400, group_by=model&top=price",
        "422, group_by=model&top=cost&limit=101",
        "200, 'group_by=context,model&top=cost&limit=8'",
        "400, format=xml",
        "200, zone=Asia/Kolkata",
        "200, group_by=hour&zone=Asia/Kathmandu",
        "422, zone=%2B05:17",
        "422, period=daily&from=2026-05-01",
        "422, from=2020-01-01",
        "422, group_by=context&from=2026-01-01&to=2026-01-02",
        "422, from=2026-05-01T10:30:00Z",
    })
    void shouldRefuseAReportThatIsNone(int status, String query) throws Exception {
        HttpResponse<String> response = api.get("/api/v1/reports/usage?" + query);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith(status == 200 ? "application/json" : "application/problem+json");
    }

    @Test
    void shouldReportByWhatIsAskedInThatOrder() throws Exception {
        String to = hour.plus(1, ChronoUnit.HOURS).toString();
        HttpResponse<String> response =
                api.get(
                        "/api/reports/usage?group_by=provider,hour,component&from=%s&to=%s"
                                .formatted(hour, to));

        assertThat(response.body())
                .startsWith(
                        ("{\"group_by\":[\"provider\",\"hour\",\"component\"],\"from\":\"%s\","
                                        + "\"to\":\"%s\",\"zone\":\"Z\",\"total\":2,\"items\":["
                                        + "{\"provider\":\"p,1\",\"hour\":\"%s\","
                                        + "\"component\":\"=cmd\",\"input_tokens\":2,")
                                .formatted(hour, to, hour))
                .contains("\"total_cost\":0.000000000001,\"record_count\":1,\"first_at\":\"")
                .endsWith("]}");
        assertThat(
                        Api.json(api.get("/api/reports/usage?group_by=user,context"))
                                .get("items")
                                .get(0)
                                .toString())
                .startsWith("{\"user\":\"ann\",\"context\":\"ctx\",\"input_tokens\":5,");
        JsonNode contexts = Api.json(api.get("/api/reports/usage?group_by=context"));
        assertThat(contexts.get("items").get(0).get("context").asString()).isEqualTo("ctx");
        assertThat(contexts.get("items").get(0).get("total_cost").toString()).isEqualTo("0.5");
    }

    @ParameterizedTest
    @CsvSource({
        "text/csv, text/csv",
        "'text/csv;q=0.5, application/json', application/json",
        "'text/csv, */*;q=0.1', text/csv",
        "*/*, application/json",
        "nonsense, application/json",
    })
    void shouldWriteWhatTheClientWouldRatherHave(String accept, String type) throws Exception {
        HttpResponse<String> response = api.get("/api/reports/usage", "Accept", accept);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
    }

    @Test
    void shouldWriteCsvThatASpreadsheetDoesNotRun() throws Exception {
        HttpResponse<String> response =
                api.get("/api/reports/usage?format=CSV&group_by=component,provider");

        assertThat(response.headers().firstValue("Content-Disposition").orElseThrow())
                .matches(
                        "attachment;"
                            + " filename=\"usage-\\d{4}-\\d\\d-\\d\\d-\\d{4}-\\d\\d-\\d\\d.csv\"");
        assertThat(response.body())
                .startsWith(
                        "component,provider,input_tokens,output_tokens,total_tokens,cached_input_tokens,cache_write_tokens,reasoning_tokens,unpriced_tokens,estimated_tokens,total_cost,record_count,first_at,last_at\r\n"
                            + "'=cmd,\"p,1\",2,0,2,0,0,0,0,0,0.000000000001,1,");
    }

    @Test
    void shouldSummariseByParametersAsByABody() throws Exception {
        assertThat(api.get("/api/reports/summary?budget_id=b&days=2").body())
                .isEqualTo(
                        api.post(
                                        "/api/usage/summary",
                                        "{\"period\":\"daily\",\"budget_id\":\"b\",\"days\":2}")
                                .body());
        assertThat(api.get("/api/reports/summary?period=never").statusCode()).isEqualTo(400);
        assertThat(api.get("/api/reports/summary?days=0").statusCode()).isEqualTo(422);
        assertThat(api.get("/api/reports/summary?start_time=x").statusCode()).isEqualTo(422);
    }

    /** The command line sends its clock's local time to the microsecond. */
    @Test
    void shouldGiveTheCommandLineItsAnalytics() throws Exception {
        String start = hour.minus(7, ChronoUnit.DAYS).toString().replace("Z", ".123456");
        String end = hour.toString().replace("Z", ".123456");
        JsonNode json =
                Api.json(
                        api.get(
                                "/api/usage/analytics?period=hourly&component=chat&start_date=%s&end_date=%s"
                                        .formatted(start, end)));

        assertThat(json.size()).isEqualTo(1);
        assertThat(json.get(0).propertyNames())
                .containsExactly(
                        "date",
                        "provider",
                        "model",
                        "component",
                        "request_count",
                        "input_tokens",
                        "output_tokens",
                        "total_tokens",
                        "total_cost");
        assertThat(json.get(0).get("input_tokens").asInt()).isEqualTo(3);
        assertThat(api.get("/api/usage/analytics").statusCode()).isEqualTo(200);
        assertThat(api.get("/api/usage/analytics?start_date=soon").statusCode()).isEqualTo(422);
    }

    /** A null would keep the command line from showing "All" and "No limit". */
    @Test
    void shouldLeaveOutOfTheStatusWhatIsNull() throws Exception {
        JsonNode json = Api.json(api.get("/api/usage/summary"));

        assertThat(json.size()).isEqualTo(2);
        json.forEach(
                entry -> {
                    entry.properties().forEach(p -> assertThat(p.getValue().isNull()).isFalse());
                    assertThat(entry.get("budget_id").asString()).isEqualTo("team");
                    assertThat(entry.get("total_cost").isNumber()).isTrue();
                });
        JsonNode scoped =
                Api.json(api.get("/api/usage/summary?period=daily&tier=midweight&provider=ollama"));
        assertThat(scoped.size()).isEqualTo(1);
        assertThat(scoped.get(0).get("tier").asString()).isEqualTo("local_midweight");
        assertThat(Api.json(api.get("/api/usage/summary?period=weekly")).size()).isZero();
        assertThat(api.get("/api/usage/summary?period=x").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldPageTheStatus() throws Exception {
        JsonNode first = Api.json(api.get("/api/usage/summary?limit=1"));
        JsonNode second = Api.json(api.get("/api/usage/summary?limit=1&page=2"));

        assertThat(first.get("total").intValue()).isEqualTo(2);
        assertThat(first.get("items").size()).isEqualTo(1);
        assertThat(first.get("limit").intValue()).isEqualTo(1);
        assertThat(second.get("page").intValue()).isEqualTo(2);
        assertThat(first.get("items").get(0).get("policy_id").asString()).isEqualTo("team.p1");
        assertThat(second.get("items").get(0).get("policy_id").asString()).isEqualTo("team.p2");
        assertThat(api.get("/api/usage/summary?limit=0").statusCode()).isEqualTo(422);
    }

    @Test
    void shouldGiveTheCommandLineBudgetsOfANameAsAnArray() throws Exception {
        JsonNode named = Api.json(api.get("/api/budgets?name=Team"));
        assertThat(named.get(0).get("budget_id").asString()).isEqualTo("team");
        assertThat(api.get("/api/budgets?name=Nobody").body()).isEqualTo("[]");
        assertThat(Api.json(api.get("/api/budgets?name=Team&limit=5")).get("total").asInt())
                .isEqualTo(1);
    }

    @Test
    void shouldTurnPagesOfRecordsAsTektonsTableDoes() throws Exception {
        JsonNode page = Api.json(api.get("/api/usage/records?page=2&limit=20"));
        assertThat(page.get("items").size()).isEqualTo(10);
        assertThat(page.get("items").get(0).get("record_id").asString()).isEqualTo("r9");
        assertThat(page.get("items").get(0).get("cost").isNumber()).isTrue();
        assertThat(page.get("total").asInt()).isEqualTo(30);
        assertThat(page.get("total_exact").booleanValue()).isTrue();
        assertThat(page.get("limit").asInt()).isEqualTo(20);
        assertThat(Api.json(api.get("/api/usage/records?page=9")).get("items").size()).isZero();

        METERING.records.readMax = 25;
        JsonNode part = Api.json(api.get("/api/usage/records?page=2"));
        assertThat(part.get("total").asInt()).isEqualTo(25);
        assertThat(part.get("total_exact").booleanValue()).isFalse();
        HttpResponse<String> beyond = api.get("/api/usage/records?page=3");
        assertThat(beyond.statusCode()).isEqualTo(422);
        assertThat(Api.json(beyond).get("detail").asString()).contains("at most 2", "cursor");
    }

    /** The dashboard's table: it asks for no page, and Tekton's model of the answer has one. */
    @Test
    void shouldNumberTheFirstPageAndCountWhenNoPageIsNamed() throws Exception {
        JsonNode first = Api.json(api.get("/api/v1/usage/records?limit=20"));
        assertThat(first.get("page").asInt()).isEqualTo(1);
        assertThat(first.get("total").asInt()).isEqualTo(30);
        assertThat(first.get("total_exact").asBoolean()).isTrue();
        assertThat(first).isEqualTo(Api.json(api.get("/api/usage/records?limit=20&page=1")));

        METERING.records.readMax = 25;
        JsonNode part = Api.json(api.get("/api/usage/records?component=odd&limit=5"));
        assertThat(part.get("total").asInt()).isEqualTo(15);
        JsonNode more =
                Api.json(
                        api.get(
                                "/api/usage/records?component=odd&limit=20&cursor="
                                        + part.get("next").asString()));
        assertThat(more.get("items").size()).isEqualTo(10);
        assertThat(more.get("page").isNull()).as("a cursor has no number").isTrue();
    }

    @Test
    void shouldFilterRecordsAndIncludeTheLastDay() throws Exception {
        assertThat(ids("&component=odd&end_date=2026-05-01&start_date=2026-05-01T20:00:00Z"))
                .containsExactly("r23", "r21");
        assertThat(ids("&start_date=2026-05-02&end_date=2026-05-02T00:00:00Z"))
                .containsExactly("r24");
        assertThat(ids("&user_id=u7&tier=remote_heavyweight")).containsExactly("r7");
        assertThat(ids("&user_id=u7&tier=local_midweight")).isEmpty();
        assertThat(ids("&user_id=u")).as("compared exactly").isEmpty();
        assertThat(ids("&zone=Europe/Berlin&end_date=2026-05-01&component=even&limit=1"))
                .containsExactly("r20");
    }

    @ParameterizedTest
    @CsvSource({
        "page=1&cursor=3",
        "page=0",
        "limit=101",
        "start_date=yesterday",
        "start_date=2026-05-02&end_date=2026-05-01",
        "cursor=x",
        "zone=Mars",
    })
    void shouldRefuseAListThatIsNone(String query) throws Exception {
        assertThat(api.get("/api/usage/records?" + query).statusCode()).isEqualTo(422);
    }

    @Test
    void shouldShowWhichModelsCostTheMost() throws Exception {
        JsonNode top = Api.json(api.get("/api/usage/records?limit=20")).get("top_usage");
        assertThat(top.size()).isEqualTo(1);
        assertThat(top.get(0).toString())
                .isEqualTo(
                        "{\"model\":\"m\",\"provider\":\"p,1\",\"requests\":2,\"tokens\":5,"
                                + "\"cost\":1.000000000001}");
        assertThat(Api.json(api.get("/api/usage/records?end_date=2020-01-01")).get("top_usage"))
                .isEmpty();
        for (String query : List.of("context_id=c", "allocation_id=a.b", "cursor=1")) {
            JsonNode none = Api.json(api.get("/api/usage/records?" + query)).get("top_usage");
            assertThat(none.isNull()).isTrue();
        }
    }

    private static List<String> ids(String query) throws Exception {
        List<String> ids = new ArrayList<>();
        Api.json(api.get("/api/usage/records?" + query.substring(1)))
                .get("items")
                .forEach(item -> ids.add(item.get("record_id").asString()));
        return ids;
    }

    private static void cell(String component, String provider, long tokens, String cost) {
        METERING.totals.cell(
                new Cell("b", component, provider, "m", Tier.LOCAL_MIDWEIGHT, "t"),
                hour.toEpochMilli(),
                tokens,
                cost);
    }

    private static void record(String id, String component, Instant at) {
        UsageReported usage =
                new UsageReported(
                        id,
                        "ctx",
                        component,
                        "anthropic",
                        "claude-3-opus-20240229",
                        null,
                        null,
                        null,
                        null,
                        TokenCounts.of(1, 0),
                        at.toEpochMilli(),
                        at.toEpochMilli(),
                        null,
                        null,
                        "u" + id.substring(1),
                        null,
                        null);
        METERING.records.records.add(new CountedRecord(usage, at.toEpochMilli(), 0, 0));
    }
}
