package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.value.Tier;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** A misspelt field would be left out, and with it what it reserves or limits. */
class UnknownFieldsIT {

    private static final String ALLOCATION =
            "{\"context_id\": \"c\", \"component\": \"w\", \"%s\": %s}";

    private static final FakeMetering METERING = new FakeMetering();
    private static final FakeLedger LEDGER = METERING.ledger;
    private static final FakePriceClient POLLER = new FakePriceClient();
    private static Api ledger;
    private static Api prices;

    @BeforeAll
    static void start() throws Exception {
        LEDGER.budgets.add(
                new BudgetView(
                        FakeLedger.budget("fixed", "Fixed", null, true),
                        List.of(
                                FakeLedger.policy(
                                        "fixed.p1",
                                        PolicyType.WARN,
                                        Period.DAILY,
                                        new Scope(
                                                Tier.REMOTE_HEAVYWEIGHT,
                                                "anthropic",
                                                null,
                                                null)))));
        ledger = Api.start(METERING.withoutKafka(), LEDGER);
        prices = Api.start(new FakeMetering().withoutKafka(), POLLER);
    }

    @AfterAll
    static void stop() {
        ledger.close();
        prices.close();
    }

    @BeforeEach
    void forget() {
        LEDGER.asked = null;
        LEDGER.reset();
        POLLER.doesEverything();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/allocations, tokens_alocated, 100",
        "/api/allocations, tokens, 100",
        "/api/allocations, max_cost, 1",
        "/api/v1/check, tokensAlocated, 100",
        "/api/budgets, limit, 5",
        "/api/policies, token_limits, 5",
        "/api/policies, end_date, 5",
    })
    void shouldRefuseAFieldThatIsNone(String path, String field, String value) throws Exception {
        String body =
                path.endsWith("budgets")
                        ? "{\"name\": \"b\", \"%s\": %s}"
                        : path.endsWith("policies")
                                ? "{\"type\": \"warn\", \"period\": \"daily\","
                                        + " \"cost_limit\": 1, \"%s\": %s}"
                                : ALLOCATION;

        HttpResponse<String> answer = ledger.post(path, body.formatted(field, value));

        assertThat(answer.statusCode()).isEqualTo(422);
        String name = field.equals("tokensAlocated") ? "tokens_alocated" : field;
        assertThat(Api.json(answer).get("detail").stringValue())
                .startsWith(name + ": " + value + " (expected: no such field; there are ");
        assertThat(LEDGER.asked).isNull();
    }

    @Test
    void shouldSayWhichFieldsThereAre() throws Exception {
        HttpResponse<String> answer =
                ledger.post("/api/allocations", ALLOCATION.formatted("tokens_alocated", "100"));

        assertThat(Api.json(answer).get("detail").stringValue())
                .isEqualTo(
                        "tokens_alocated: 100 (expected: no such field; there are budget_id,"
                                + " component, context_id, expiration_time, max_requests,"
                                + " metadata, model, priority, provider, service_tier,"
                                + " task_type, tier, tokens_allocated)");
    }

    /** What Tekton's clients send is known, and nothing is nothing. */
    @ParameterizedTest
    @CsvSource({"expected_tokens_used, 7", "expectedTokensUsed, 7", "anything, null"})
    void shouldTakeWhatTektonsClientsSend(String field, String value) throws Exception {
        HttpResponse<String> answer =
                ledger.post("/api/allocations", ALLOCATION.formatted(field, value));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(LEDGER.asked).isInstanceOf(Allocate.class);
    }

    /** Tekton's user interface sends the whole object in camel case. */
    @Test
    void shouldTakeAPolicyAsItWasRead() throws Exception {
        HttpResponse<String> answer =
                put(
                        ledger,
                        "/api/policies/team.0199",
                        "{\"id\": \"team.0199\", \"budgetId\": \"team\", \"type\": \"warn\","
                                + " \"period\": \"daily\", \"tokenLimit\": 5, \"costLimit\": 1,"
                                + " \"warningThreshold\": 80, \"actionThreshold\": 95,"
                                + " \"enabled\": true, \"tier\": \"local_lightweight\","
                                + " \"provider\": \"p\", \"component\": \"w\","
                                + " \"taskType\": \"t\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(LEDGER.asked).isInstanceOf(UpdatePolicy.class);
        assertThat(put(ledger, "/api/policies/team.0199", "{\"cost_limt\": 1}").statusCode())
                .isEqualTo(422);
    }

    /** Some fields stay as they were made; an equal value, in any case, is no change. */
    @ParameterizedTest
    @CsvSource({
        "policies/fixed.p1, period, daily, ",
        "policies/fixed.p1, period, DAILY, ",
        "policies/fixed.p1, tier, remote_heavyweight, ",
        "policies/fixed.p1, provider, anthropic, ",
        "policies/fixed.p1, component, '', ",
        "policies/fixed.p1, period, weekly, daily",
        "policies/fixed.p1, period, sometimes, daily",
        "policies/fixed.p1, tier, local_midweight, remote_heavyweight",
        "policies/fixed.p1, provider, Anthropic, anthropic",
        "policies/fixed.p1, component, rhetor, nothing",
        "policies/fixed.p1, taskType, chat, nothing",
        "policies/unseen.p1, period, weekly, ",
        "budgets/fixed, zone, UTC, ",
        "budgets/fixed, zone, Europe/Berlin, UTC",
        "budgets/unseen, zone, Europe/Berlin, ",
    })
    void shouldRefuseAnotherValueOfWhatNeverChanges(
            String path, String field, String value, @Nullable String stored) throws Exception {
        HttpResponse<String> answer =
                put(
                        ledger,
                        "/api/" + path,
                        "{\"metadata\": {}, \"%s\": \"%s\"}".formatted(field, value));

        boolean readBack = path.equals("budgets/unseen");
        if (stored == null) {
            assertThat(LEDGER.asked).isNotNull();
            assertThat(answer.statusCode()).isEqualTo(readBack ? 404 : 200);
        } else {
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(Api.json(answer).get("detail").stringValue())
                    .isEqualTo(
                            "%s: \"%s\" (expected: %s, which cannot be changed; make another %s)"
                                    .formatted(
                                            field.equals("taskType") ? "task_type" : field,
                                            value,
                                            stored.equals("nothing") ? stored : '"' + stored + '"',
                                            path.startsWith("policies") ? "policy" : "budget"));
            assertThat(LEDGER.asked).isNull();
        }
    }

    /** Nothing is changed by half: the limit would be set, and the period would not. */
    @Test
    void shouldNotChangeWhileNobodyCanSayWhatIsThere() throws Exception {
        LEDGER.notReady = true;

        assertThat(put(ledger, "/api/policies/fixed.p1", "{\"period\": \"weekly\"}").statusCode())
                .isEqualTo(503);
        assertThat(LEDGER.asked).isNull();
        assertThat(put(ledger, "/api/policies/fixed.p1", "{\"token_limit\": 5}").statusCode())
                .isEqualTo(200);
    }

    /** What never changes is the same in a copy. */
    @Test
    void shouldAskACopyWhileTheOwnerIsAway() throws Exception {
        LEDGER.ownerAway = true;

        assertThat(put(ledger, "/api/policies/fixed.p1", "{\"period\": \"weekly\"}").statusCode())
                .isEqualTo(422);
        assertThat(put(ledger, "/api/policies/fixed.p1", "{\"period\": \"daily\"}").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "output_cost_per_tokn, 1, 422",
        "service_tiers, 1, 422",
        "pricing_id, 1, 200",
        "version, 1, 200",
    })
    void shouldRefusePartsOfAPriceThatAreNone(String field, String value, int status)
            throws Exception {
        HttpResponse<String> answer =
                put(
                        prices,
                        "/api/prices/p/m",
                        "{\"input_cost_per_token\": 1e-6, \"output_cost_per_token\": 2e-6, \"%s\": %s}"
                                .formatted(field, value));

        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 422) {
            assertThat(Api.json(answer).get("detail").stringValue())
                    .startsWith(field + ": " + value + " (expected: no such field; there are ");
        }
    }

    private static HttpResponse<String> put(Api api, String path, String body) throws Exception {
        return api.send(
                api.request(path, "Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }
}
