package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.KEY;
import static tekton.budget.api.LedgerApi.POSITION;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Money;
import tekton.budget.value.Positions;

import tools.jackson.databind.JsonNode;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** Policies over HTTP, on a ledger that grants everything and counts nothing. */
class PolicyShapeIT {

    @RegisterExtension static final FakeLedgerApi api = new FakeLedgerApi();

    @Test
    void shouldPutAPolicyWithItsThresholdsAndZeroAsALimit() throws Exception {
        HttpResponse<String> response =
                api.http.post(
                        "/api/policies",
                        """
                        {"type": "ENFORCE", "period": "Daily", "tier": "lightweight",
                         "tokenLimit": 0, "costLimit": 2.50, "warningThreshold": 75,
                         "action_threshold": 0.9, "taskType": "chat"}\
                        """);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        PutPolicy put = (PutPolicy) api.ledger.asked;
        assertThat(put.head().budgetId()).isEqualTo("default");
        assertThat(put.policyId()).matches("default\\.[0-9a-f-]{36}");
        assertThat(response.body())
                .isEqualTo(
                        "{\"policy_id\":\""
                                + put.policyId()
                                + "\",\"budget_id\":\"default\",\"type\":\"hard_limit\","
                                + "\"period\":\"daily\",\"tier\":\"local_lightweight\","
                                + "\"provider\":null,\"component\":null,\"task_type\":\"chat\","
                                + "\"token_limit\":0,\"cost_limit\":2.5,"
                                + "\"warning_threshold\":0.75,\"action_threshold\":0.9,"
                                + "\"start_date\":\"2026-05-01T10:00:00Z\",\"end_date\":null,"
                                + "\"enabled\":true,\"metadata\":{},"
                                + "\"created_at\":\"2026-05-01T10:00:00Z\","
                                + "\"updated_at\":\"2026-05-01T10:00:00Z\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 800000, 950000",
        "', \"warning_threshold\": 0.97', 970000, 970000",
        "', \"action_threshold\": 50', 500000, 500000",
        "', \"warning_threshold\": 1, \"action_threshold\": 100', 1000000, 1000000",
        "', \"warning_threshold\": 0.0000001', 1, 950000",
    })
    void shouldReadThresholds(String fields, int warning, int action) throws Exception {
        api.http.post("/api/policies", policy(fields));

        assertThat(((PutPolicy) api.ledger.asked).warningPpm()).isEqualTo(warning);
        assertThat(((PutPolicy) api.ledger.asked).actionPpm()).isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | , \"type\": \"forbid\"",
                "400 | , \"period\": \"yearly\"",
                "400 | , \"tier\": \"medium\"",
                "422 | , \"type\": null",
                "422 | , \"period\": null",
                "422 | , \"token_limit\": null",
                "422 | , \"token_limit\": -1",
                "422 | , \"token_limit\": 1000000000000001",
                "422 | , \"cost_limit\": -0.01",
                "422 | , \"cost_limit\": 0.0000000000001",
                "422 | , \"cost_limit\": \"5\"",
                "422 | , \"warning_threshold\": 0",
                "422 | , \"warning_threshold\": 101",
                "400 | , \"warning_threshold\": 0.9, \"action_threshold\": 0.8",
                "422 | , \"enabled\": \"yes\"",
            })
    void shouldRefuseAnImpossiblePolicy(int status, String fields) throws Exception {
        HttpResponse<String> response = api.http.post("/api/policies", policy(fields));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    @Test
    void shouldChangeAndDisableAPolicy() throws Exception {
        HttpResponse<String> changed =
                api.http.send(
                        api.http
                                .request("/api/policies/team.p1")
                                .PUT(
                                        BodyPublishers.ofString(
                                                """
                                                {"id": "team.p1", "tokenLimit": null,
                                                 "warningThreshold": 80, "enabled": false}\
                                                """)));
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        UpdatePolicy update = (UpdatePolicy) api.ledger.asked;
        assertThat(update.head().budgetId()).isEqualTo("team");
        assertThat(update.tokenLimit()).isNull();
        assertThat(update.warningPpm()).isEqualTo(800_000);
        assertThat(update.actionPpm()).isNull();
        assertThat(update.enabled()).isFalse();

        HttpResponse<String> deleted =
                api.http.send(api.http.request("/api/policies/team.p1").DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(Api.json(deleted).get("policy_id").stringValue()).isEqualTo("team.p1");
        assertThat(((UpdatePolicy) api.ledger.asked).enabled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 6",
        "?period=DAILY, 4",
        "?tier=midweight, 1",
        "?provider=ollama, 1",
        "?component=x, 0",
        "?task_type=x, 0",
        "?enabled=false, 0",
        "?enabled=true, 6",
        "?budget_id=team, 2",
        "?budget_id=old, 0",
    })
    void shouldFilterPolicies(String query, int total) throws Exception {
        JsonNode json = Api.json(api.http.get("/api/policies" + query));

        assertThat(json.get("total").intValue()).isEqualTo(total);
        assertThat(json.get("items").size()).isEqualTo(total);
    }

    /** Tekton's command line makes a policy of the default budget, then names it here. */
    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/v1"})
    void shouldAttachPoliciesLikeThoseOfOtherBudgets(String prefix) throws Exception {
        List<PutPolicy> asked = new ArrayList<>();
        Function<LedgerRequest, LedgerDecision> favour = api.ledger.decide;
        api.ledger.decide =
                request -> {
                    asked.add((PutPolicy) request);
                    return favour.apply(request);
                };

        HttpResponse<String> response =
                attach(
                        prefix + "/budgets/team/policies",
                        "{\"policies\": [\"b-0.openai\", \"team.p1\", \"b-0.tokens\"]}",
                        KEY,
                        "k");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(Api.json(response).get("budget_id").stringValue()).isEqualTo("team");
        assertThat(response.headers().firstValue(POSITION)).contains("requests-1:7");
        assertThat(api.ledger.after.positions()).isEqualTo(Positions.ofRequest(1, 7));
        assertThat(asked).hasSize(2);
        PutPolicy first = asked.getFirst();
        assertThat(first.head().budgetId()).isEqualTo("team");
        assertThat(first.head().repeat().key()).isEqualTo("k#0");
        assertThat(first.policyId()).matches("team\\.[0-9a-f-]{36}");
        assertThat(first.type()).isEqualTo(PolicyType.WARN);
        assertThat(first.period()).isEqualTo(Period.DAILY);
        assertThat(first.scope()).isEqualTo(new Scope(null, "openai", null, null));
        assertThat(first.tokenLimit()).isEqualTo(1_000);
        assertThat(first.costLimit()).isEqualTo(Money.parse("2.5"));
        assertThat(asked.getLast().head().repeat().key()).isEqualTo("k#2");
        assertThat(asked.getLast().costLimit()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | team   | {\"policies\": []}",
                "422 | team   | {}",
                "422 | team   | {\"policies\": \"b-0.openai\"}",
                "422 | team   | {\"policies\": [1]}",
                "422 | team   | {\"policies\": [[\"b-0.openai\"]]}",
                "422 | team   | {\"policies\": [\"\"]}",
                "404 | team   | {\"policies\": [\"b-0.openai\", \"b-0.none\"]}",
                "404 | team   | {\"policies\": [\"none\"]}",
                "404 | nobody | {\"policies\": [\"b-0.openai\"]}",
                "404 | a.b    | {\"policies\": [\"b-0.openai\"]}",
            })
    void shouldAttachNothingWhenSomethingIsWrong(int status, String budget, String body)
            throws Exception {
        api.ledger.asked = null;

        HttpResponse<String> response = attach("/api/budgets/" + budget + "/policies", body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(api.ledger.asked).isNull();
    }

    @Test
    void shouldBoundHowManyPoliciesAreAttachedAtOnce() throws Exception {
        String ids = String.join(",", Collections.nCopies(21, "\"team.p1\""));

        assertThat(
                        attach("/api/budgets/team/policies", "{\"policies\": [" + ids + "]}")
                                .statusCode())
                .isEqualTo(422);
    }

    private static HttpResponse<String> attach(String path, String body, String... headers)
            throws Exception {
        return api.http.send(api.http.request(path, headers).PUT(BodyPublishers.ofString(body)));
    }

    /** A good policy, then the fields under test: of a repeated field the last one counts. */
    private static String policy(String fields) {
        return """
        {"type": "warn", "period": "daily", "token_limit": 5%s}\
        """
                .formatted(fields);
    }
}
