package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.value.Tier;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;

/**
 * The chat commands of Tekton's dashboard, with the bodies that it sends and the fields it reads.
 */
class AssistantIT {

    private static final FakeMetering METERING = new FakeMetering();

    private static final String SPAN = "{\"period\": \"daily\", \"days\": 30}";

    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        METERING.ledger.budgets.add(
                new BudgetView(FakeLedger.budget("gone", "Gone", null, false), List.of()));
        METERING.ledger.budgets.add(
                new BudgetView(FakeLedger.budget("team", "Team", null, true), List.of()));
        for (Period period : List.of(Period.DAILY, Period.MONTHLY)) {
            METERING.ledger.standings.add(
                    FakeLedgerApi.standing(
                            FakeLedger.policy(
                                    "team." + period, PolicyType.HARD_LIMIT, period, Scope.ANY)));
        }
        api = Api.start(METERING.withoutKafka(), new FakeLedger());
        Api.await(() -> api.get("/ready").statusCode() == 200);
        long now = Instant.now().toEpochMilli();
        METERING.totals.cell(
                new Cell(
                        "team",
                        "rhetor",
                        "anthropic",
                        "claude-3-opus-20240229",
                        Tier.REMOTE_HEAVYWEIGHT,
                        "chat"),
                now,
                100_000,
                "1.5");
        METERING.totals.cell(
                new Cell("team", "apollo", "ollama", "llama3", Tier.LOCAL_MIDWEIGHT, "chat"),
                now,
                50_000,
                "0");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void shouldAnalyzeFromTotalsAndLimits() throws Exception {
        for (String prefix : List.of("/api", "/api/v1")) {
            JsonNode json = Api.json(api.post(prefix + "/assistant/analyze", SPAN));
            assertThat(json.get("success").booleanValue()).isTrue();
            assertThat(json.get("error").isNull()).isTrue();
            assertThat(json.get("analysis").stringValue())
                    .contains(
                            "In the last 30 days, since ",
                            " 1.50 USD were spent on 150,000 tokens ",
                            " in 2 records: 0.05 USD a day.",
                            "By model: anthropic/claude-3-opus-20240229 1.50 USD (100.0 %)",
                            "By component: rhetor 1.50 USD (100.0 %), apollo 0.00 USD (0.0 %)",
                            "Team: 3.00 USD of the daily limit of 2.5 USD are used (120.0 %),"
                                    + " and 0.50 USD are reserved.")
                    .doesNotContain("monthly limit");
        }
    }

    @Test
    void shouldAnalyzeAndAdviseWhereNothingWasUsed() throws Exception {
        FakeMetering empty = new FakeMetering();
        try (Api other = Api.start(empty.withoutKafka(), new FakeLedger())) {
            Api.await(() -> other.get("/ready").statusCode() == 200);
            assertThat(text(other.post("/api/assistant/analyze", "{}"), "analysis"))
                    .startsWith("Nothing was used in the last 30 days");
            assertThat(text(other.post("/api/assistant/optimize", "{}"), "recommendations"))
                    .startsWith("Nothing that was used in the last 30 days");
            assertThat(text(other.post("/api/message", "{}"), "response"))
                    .isEqualTo("Today (UTC): 0.00 USD for 0 tokens in 0 records.");
        }
    }

    @Test
    void shouldSayWhatWouldHaveCostLess() throws Exception {
        assertThat(text(api.post("/api/assistant/optimize", SPAN), "recommendations"))
                .startsWith(
                        "anthropic/claude-3-opus-20240229: 100,000 tokens, 1.50 USD; at the usual"
                                + " rates 1.50 USD, and 0.00 USD with ollama/llama3.")
                .doesNotContain("ollama/llama3: ");
    }

    @Test
    void shouldRecommendModelsThatFitTheBudget() throws Exception {
        String task =
                """
                {"task_description": "write \\"tests\\"", "input_length": 2000, "output_length": 2000,
                 "usage_frequency": 5, "budget_limit": %s, "priority_areas": "accuracy, speed"}\
                """;
        assertThat(
                        text(
                                api.post("/api/assistant/recommend-model", task.formatted("30")),
                                "recommendations"))
                .isEqualTo(
                        """
                        2 of 2 models with a known price fit 30 USD for 2,000 tokens in and 2,000 out, 5 times a day for 30 days. The cheapest:
                        - ollama/llama3: 0.00 USD a call, 0.00 USD in all
                        - anthropic/claude-3-opus-20240229: 0.18 USD a call, 27.00 USD in all
                        Prices do not tell how well a model does "write "tests"", nor of: accuracy, speed.\
                        """);
        assertThat(
                        text(
                                api.post("/api/assistant/recommend-model", task.formatted("26.99")),
                                "recommendations"))
                .startsWith("1 of 2 models with a known price fit 26.99 USD");
    }

    @Test
    void shouldAnswerAMessageWithOneLineOfStatus() throws Exception {
        HttpResponse<String> response = api.post("/api/v1/message", "{\"message\": \"hello\"}");

        assertThat(text(response, "response"))
                .isEqualTo(
                        "Today (UTC): 1.50 USD for 150,000 tokens in 2 records. Team: 3.00 USD of"
                                + " the daily limit of 2.5 USD are used (120.0 %), and 0.50 USD are"
                                + " reserved. Team: 3.00 USD of the monthly limit of 2.5 USD are"
                                + " used (120.0 %), and 0.50 USD are reserved.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | /api/assistant/analyze | {\"period\": \"per_session\"}",
                "422 | /api/assistant/analyze | {\"days\": 366}",
                "422 | /api/assistant/optimize | {\"days\": 0}",
                "422 | /api/assistant/optimize | []",
                "422 | /api/assistant/recommend-model | {}",
                "422 | /api/message | hello",
            })
    void shouldRefuseWhatIsNoQuestion(int status, String path, String body) throws Exception {
        assertThat(api.post(path, body).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "input_length, 0",
        "output_length, 0",
        "usage_frequency, 0",
        "budget_limit, 0",
        "budget_limit, -1",
        "task_description, 7",
        "priority_areas, null",
    })
    void shouldNameTheFieldOfATaskThatIsWrong(String field, String value) throws Exception {
        StringBuilder body = new StringBuilder();
        for (String each :
                List.of(
                        "task_description:\"t\"",
                        "input_length:1",
                        "output_length:1",
                        "usage_frequency:1",
                        "budget_limit:1",
                        "priority_areas:\"p\"")) {
            String name = each.substring(0, each.indexOf(':'));
            body.append(body.isEmpty() ? "{" : ",")
                    .append('"')
                    .append(name)
                    .append("\":")
                    .append(name.equals(field) ? value : each.substring(name.length() + 1));
        }
        HttpResponse<String> response =
                api.post("/api/assistant/recommend-model", body.append('}').toString());

        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        assertThat(Api.json(response).get("detail").stringValue()).startsWith(field + ": ");
    }

    private static String text(HttpResponse<String> response, String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Api.json(response).get(field).stringValue();
    }
}
