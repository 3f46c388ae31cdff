package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.KEY;
import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.created;
import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.position;
import static tekton.budget.api.LedgerApi.refused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.net.http.HttpResponse;

/** Requests that are sent again under the same idempotency key. */
class LedgerRepeatIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

    @Test
    void shouldAnswerARepeatWithTheFirstDecision() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");
        HttpResponse<String> first = api.allocate(budget, "c", 60, "", KEY, "same");
        HttpResponse<String> again = api.allocate(budget, "c", 60, "", KEY, "same");

        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        refused(409, "idempotency_conflict", api.allocate(budget, "c", 61, "", KEY, "same"));

        refused(402, "insufficient_budget", api.allocate(budget, "c", 60, "", KEY, "refused"));
        api.release(id(created(first)));
        refused(402, "insufficient_budget", api.allocate(budget, "c", 60, "", KEY, "refused"));
        api.granted(budget, "c", 60, "");
    }

    @Test
    void shouldMakeABudgetOncePerKey() throws Exception {
        String body = "{\"name\": \"once\"}";
        HttpResponse<String> first = api.http.post("/api/budgets", body, KEY, "budget-once");
        HttpResponse<String> again = api.http.post("/api/v1/budgets", body, KEY, "budget-once");

        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(api.totals("/api/budgets?name=once&page=1")).containsExactly(1);
        String taken = "{\"name\": \"n\", \"budget_id\": \"default\"}";
        refused(409, "resource_exists", api.http.post("/api/budgets", taken));
    }

    /** Whoever died in between: the first decision stands, and there is no second allocation. */
    @Test
    void shouldAnswerARepeatAfterARestart() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");
        HttpResponse<String> granted = api.allocate(budget, "restart", 60, OPUS, KEY, "granted");
        assertThat(granted.statusCode()).isEqualTo(201);
        refused(402, "insufficient_budget", api.allocate(budget, "restart", 60, "", KEY, "r"));

        api.restart();

        HttpResponse<String> again = api.allocate(budget, "restart", 60, OPUS, KEY, "granted");
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(granted.body());
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(
                        api.read("/api/allocations?context_id=restart&page=1", position(again))
                                .get("total"))
                .hasToString("1");
        api.release(id(LedgerApi.created(granted)));
        refused(402, "insufficient_budget", api.allocate(budget, "restart", 60, "", KEY, "r"));
        refused(
                409,
                "idempotency_conflict",
                api.allocate(budget, "restart", 61, OPUS, KEY, "granted"));
        api.granted(budget, "restart", 100, "");
    }
}
