package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.KEY;
import static tekton.budget.api.LedgerApi.POSITION;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Budgets and their summaries over HTTP, on a ledger that grants everything and counts nothing. */
class BudgetShapeIT {

    @RegisterExtension static final FakeLedgerApi api = new FakeLedgerApi();

    @Test
    void shouldMakeABudget() throws Exception {
        HttpResponse<String> response =
                api.http.post(
                        "/api/budgets",
                        """
                        {"name": "Ann's", "owner": "ann", "description": "two\\nlines",
                         "zone": "Europe/Berlin", "budget_id": "ann_s-1", "metadata": {"a": 1}}\
                        """);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(((CreateBudget) api.ledger.asked).withDefaultPolicies()).isTrue();
        assertThat(response.body())
                .isEqualTo(
                        "{\"budget_id\":\"ann_s-1\",\"name\":\"Ann's\","
                                + "\"description\":\"two\\nlines\",\"owner\":\"ann\","
                                + "\"zone\":\"Europe/Berlin\","
                                + "\"policies\":[\"ann_s-1.default-01\"],"
                                + "\"created_at\":\"2026-05-01T10:00:00Z\","
                                + "\"updated_at\":\"2026-05-01T10:00:00Z\","
                                + "\"creation_time\":\"2026-05-01T10:00:00Z\","
                                + "\"is_active\":true,\"metadata\":{\"a\":1}}");
    }

    @Test
    void shouldNameABudgetByItsKeyOrAtRandom() throws Exception {
        String body = "{\"name\": \"n\"}";
        String derived = budgetId(api.http.post("/api/budgets", body, KEY, "k"));

        assertThat(derived)
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(budgetId(api.http.post("/api/budgets", body, KEY, "k"))).isEqualTo(derived);
        assertThat(budgetId(api.http.post("/api/budgets", body, KEY, "l"))).isNotEqualTo(derived);
        assertThat(budgetId(api.http.post("/api/budgets", body)))
                .isNotEqualTo(budgetId(api.http.post("/api/budgets", body)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "422 | {}",
                "422 | {\"name\": \"\"}",
                "422 | {\"name\": \"n\", \"budget_id\": \"a.b\"}",
                "422 | {\"name\": \"n\", \"budget_id\": \"a/b\"}",
                "400 | {\"name\": \"n\", \"budget_id\": \"summary\"}",
                "422 | {\"name\": \"n\", \"zone\": 1}",
                "201 | {\"name\": \"n\", \"zone\": \"America/New_York\"}",
            })
    void shouldRefuseAnImpossibleBudget(int status, String body) throws Exception {
        HttpResponse<String> response = api.http.post("/api/budgets", body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    @Test
    void shouldChangeAndDeactivateABudget() throws Exception {
        HttpResponse<String> changed =
                put("/api/budgets/team", "{\"name\": \"New\", \"owner\": null}");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        UpdateBudget update = (UpdateBudget) api.ledger.asked;
        assertThat(update.name()).isEqualTo("New");
        assertThat(update.owner()).isNull();
        assertThat(update.active()).isNull();
        assertThat(Api.json(changed).get("policies").toString())
                .isEqualTo("[\"team.p1\",\"team.p2\"]");

        HttpResponse<String> deleted =
                api.http.send(api.http.request("/api/v1/budgets/team").DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(((UpdateBudget) api.ledger.asked).active()).isFalse();
        assertThat(deleted.body())
                .isEqualTo(
                        "{\"message\":\"Budget team"
                                + " deactivated\",\"data\":{\"budget_id\":\"team\"},"
                                + "\"budget_id\":\"team\"}");
    }

    /** An empty list would say that the budget has none. */
    @Test
    void shouldReadABudgetsPoliciesBehindItsChange() throws Exception {
        HttpResponse<String> changed = put("/api/budgets/team?wait_ms=250", "{}");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(api.ledger.after)
                .isEqualTo(new Consistency(Positions.ofRequest(1, 7), Duration.ofMillis(250)));

        api.ledger.notReached = true;
        HttpResponse<String> late = put("/api/budgets/team", "{}");
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(late.headers().firstValue(POSITION)).contains("requests-1:7");
        api.ledger.notReady = true;
        HttpResponse<String> restoring = put("/api/budgets/team", "{}");
        assertThat(restoring.statusCode()).isEqualTo(503);
        assertThat(restoring.headers().firstValue(POSITION)).contains("requests-1:7");
        assertThat(restoring.headers().firstValue("Retry-After")).contains("1");

        api.ledger.asked = null;
        assertThat(put("/api/budgets/team?wait_ms=30001", "{}").statusCode()).isEqualTo(422);
        assertThat(api.ledger.asked).as("judged before anything is asked for").isNull();
    }

    @Test
    void shouldFilterBudgetsBeforePaging() throws Exception {
        JsonNode all = Api.json(api.http.get("/api/budgets"));
        assertThat(all.get("total").intValue()).isEqualTo(27);
        assertThat(all.get("items").size()).isEqualTo(20);
        assertThat(all.get("page").intValue()).isEqualTo(1);
        assertThat(all.get("limit").intValue()).isEqualTo(20);
        assertThat(all.get("items").get(0).get("budget_id").stringValue()).isEqualTo("team");
        assertThat(Api.json(api.http.get("/api/budgets?page=2")).get("items").size()).isEqualTo(7);
        assertThat(Api.json(api.http.get("/api/budgets?page=1000000")).get("items").size())
                .isZero();

        JsonNode inactive = Api.json(api.http.get("/api/v1/budgets?is_active=false"));
        assertThat(inactive.get("total").intValue()).isEqualTo(1);
        assertThat(inactive.get("items").get(0).get("owner").isNull()).isTrue();
        JsonNode bobs = Api.json(api.http.get("/api/budgets?owner=bob&name=Many&limit=2&page=3"));
        assertThat(bobs.get("total").intValue()).isEqualTo(25);
        assertThat(bobs.get("items").get(0).get("budget_id").stringValue()).isEqualTo("b-4");
    }

    @Test
    void shouldSummariseByPolicy() throws Exception {
        HttpResponse<String> response = api.http.get("/api/budgets/team/summary");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(
                        "[{\"budget_id\":\"team\",\"period\":\"daily\","
                                + "\"tier\":\"local_midweight\",\"provider\":\"ollama\","
                                + "\"component\":null,\"task_type\":null,"
                                + "\"total_tokens_allocated\":400,\"total_tokens_used\":350,"
                                + "\"token_limit\":1000,\"token_usage_percentage\":0.35,"
                                + "\"total_cost\":3,\"cost_limit\":2.5,"
                                + "\"cost_usage_percentage\":1.2,\"active_allocations\":2,"
                                + "\"start_time\":\"2026-05-01T10:00:00Z\","
                                + "\"end_time\":\"2026-05-02T10:00:00Z\","
                                + "\"remaining_tokens\":650,\"remaining_cost\":0,"
                                + "\"token_limit_exceeded\":false,\"cost_limit_exceeded\":true,"
                                + "\"policy_id\":\"team.p1\",\"type\":\"hard_limit\","
                                + "\"warning_threshold\":0.8,\"action_threshold\":0.95,"
                                + "\"name\":\"Team\",\"input_tokens\":100,"
                                + "\"output_tokens\":250,\"spent\":3,\"limit\":2.5,"
                                + "\"reserved_tokens\":50,\"reserved_cost\":0.5,"
                                + "\"exhausted_at\":null}]");
        assertThat(api.http.get("/api/budgets/team/summary?period=per_task").body())
                .isEqualTo("[]");
    }

    /** A third of the limit went in the first hour: the rest lasts not quite two more. */
    @Test
    void shouldForetellWhenALimitWillBeReached() throws Exception {
        long startMs = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
        Policy policy =
                FakeLedger.ofTokens(
                        FakeLedger.policy("team.soon", PolicyType.WARN, Period.HOURLY, Scope.ANY));
        PolicyView soon =
                new PolicyView(
                        policy,
                        startMs,
                        startMs + Duration.ofDays(1).toMillis(),
                        100,
                        250,
                        new Amount(350, Money.ZERO),
                        Amount.ZERO,
                        0,
                        0);
        api.ledger.standings.add(soon);
        try {
            for (String path :
                    List.of("/budgets/team/summary", "/budgets/summary", "/usage/summary")) {
                long beforeMs = System.currentTimeMillis();
                JsonNode told = Api.json(api.http.get("/api" + path + "?period=hourly")).get(0);
                long afterMs = System.currentTimeMillis();
                assertThat(policyId(told)).as(path).isEqualTo("team.soon");
                assertThat(Instant.parse(told.get("exhausted_at").stringValue()).toEpochMilli())
                        .as(path)
                        .isBetween(
                                beforeMs + (beforeMs - startMs) * 650 / 350,
                                afterMs + (afterMs - startMs) * 650 / 350 + 1);
            }
        } finally {
            api.ledger.standings.remove(soon);
        }
    }

    /** Tekton's card shows the first entry's cost limit. */
    @Test
    void shouldPutTheLimitOfAllCostFirst() throws Exception {
        JsonNode summary = Api.json(api.http.get("/api/v1/budgets/b-0/summary?period=daily"));
        assertThat(summary.values().stream().map(BudgetShapeIT::policyId))
                .containsExactly("b-0.cost", "b-0.openai", "b-0.tokens");
        assertThat(summary.get(0).get("spent").toString()).isEqualTo("3");
        assertThat(summary.get(0).get("limit").toString()).isEqualTo("2.5");
        assertThat(summary.get(2).get("limit").toString()).isEqualTo("0");

        JsonNode policies = Api.json(api.http.get("/api/budgets/b-0/policies")).get("items");
        assertThat(policies.values().stream().map(BudgetShapeIT::policyId))
                .containsExactly("b-0.cost", "b-0.month", "b-0.openai", "b-0.tokens");
    }

    /** Of each period the dashboard shows the last entry, with a percentage up to 100. */
    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/v1"})
    void shouldSummariseAllBudgetsForTheDashboard(String prefix) throws Exception {
        JsonNode all = Api.json(api.http.get(prefix + "/budgets/summary?period=Monthly"));

        assertThat(
                        all.values().stream()
                                .map(one -> one.get("name").stringValue() + ": " + policyId(one)))
                .containsExactly(
                        "Many monthly: b-0.month",
                        "Many daily: b-0.tokens",
                        "Many daily: b-0.openai",
                        "Many daily: b-0.cost",
                        "Team daily: team.p1");
        JsonNode shown = all.get(4);
        assertThat(shown.get("period").stringValue()).isEqualTo("daily");
        assertThat(shown.get("cost_usage_percentage").toString()).isEqualTo("120");
        assertThat(shown.get("token_usage_percentage").toString()).isEqualTo("35");
        assertThat(shown.get("input_tokens").intValue()).isEqualTo(100);
        assertThat(shown.get("output_tokens").intValue()).isEqualTo(250);
        assertThat(all.get(1).get("cost_usage_percentage").isNull()).isTrue();

        assertThat(api.http.get(prefix + "/budgets/summary?period=yearly").statusCode())
                .isEqualTo(400);
        JsonNode byDefault = Api.json(api.http.get(prefix + "/budgets/summary"));
        assertThat(byDefault.get(0).get("period").stringValue()).isEqualTo("daily");
        assertThat(byDefault.size()).isEqualTo(5);
    }

    @Test
    void shouldSummariseInPages() throws Exception {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page =
                    Api.json(api.http.get("/api/budgets/summary?period=monthly&limit=2" + cursor));
            assertThat(page.get("items").size()).isBetween(1, 2);
            page.get("items").forEach(one -> seen.add(policyId(one)));
            cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asString();
        }
        assertThat(seen)
                .containsExactly("b-0.month", "b-0.cost", "b-0.openai", "b-0.tokens", "team.p1");
        for (String wrong : List.of("limit=1001", "limit=0", "cursor=x", "cursor=per_task:a")) {
            assertThat(api.http.get("/api/budgets/summary?" + wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(422);
        }
    }

    private static HttpResponse<String> put(String path, String body) throws Exception {
        return api.http.send(api.http.request(path).PUT(BodyPublishers.ofString(body)));
    }

    private static String policyId(JsonNode json) {
        return json.get("policy_id").stringValue();
    }

    private static String budgetId(HttpResponse<String> response) {
        return Api.json(response).get("budget_id").stringValue();
    }
}
