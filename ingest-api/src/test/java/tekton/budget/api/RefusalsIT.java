package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.KEY;
import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.refused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;

/** Refused allocations, seen afterwards. */
class RefusalsIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

    @Test
    void shouldTellWhatWasRefusedAndWhyAfterARestartToo() throws Exception {
        Instant before = Instant.now();
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");
        JsonNode problem =
                refused(
                        402,
                        "insufficient_budget",
                        api.allocate(
                                budget, "ctx", 101, OPUS + ", \"task_type\": \"chat\"", KEY, "k"));
        // A repeat is the same refusal, and what was granted is none.
        refused(
                402,
                "insufficient_budget",
                api.allocate(budget, "ctx", 101, OPUS + ", \"task_type\": \"chat\"", KEY, "k"));
        api.granted(budget, "ctx", 1, "");
        refused(409, "resource_exists", api.http.post("/api/budgets", named(budget)));

        awaitItems(budget, 1);
        JsonNode item = refusals(budget).get("items").get(0);
        assertThat(item.get("budget_id").stringValue()).isEqualTo(budget);
        assertThat(item.get("context_id").stringValue()).isEqualTo("ctx");
        assertThat(item.get("component").stringValue()).isEqualTo("my-component");
        assertThat(item.get("provider").stringValue()).isEqualTo("anthropic");
        assertThat(item.get("model").stringValue()).isEqualTo("claude-3-opus-20240229");
        assertThat(item.get("task_type").stringValue()).isEqualTo("chat");
        assertThat(item.get("tokens_allocated").intValue()).isEqualTo(101);
        assertThat(item.get("code").stringValue()).isEqualTo("insufficient_budget");
        assertThat(item.get("message")).isEqualTo(problem.get("detail"));
        assertThat(item.get("blocking")).isEqualTo(problem.get("blocking"));
        assertThat(Instant.parse(item.get("refused_at").stringValue()))
                .isBetween(before.minusSeconds(60), Instant.now().plusSeconds(60));
        Instant since = Instant.parse(refusals(budget).get("since").stringValue());
        assertThat(Duration.between(since, Instant.now())).isGreaterThan(Duration.ofHours(23));
        assertThat(refusals("other").get("items")).isEmpty();

        api.restart();

        awaitItems(budget, 1);
        assertThat(refusals(budget).get("items").get(0)).isEqualTo(item);
    }

    @Test
    void shouldRefuseALimitOutOfItsBounds() throws Exception {
        assertThat(api.http.get("/api/refusals?limit=501").statusCode()).isEqualTo(422);
        assertThat(api.http.get("/api/refusals?limit=0").statusCode()).isEqualTo(422);
    }

    private static String named(String budgetId) {
        return "{\"name\": \"n\", \"budget_id\": \"%s\"}".formatted(budgetId);
    }

    private static void awaitItems(String budgetId, int count) throws Exception {
        Api.await(
                () ->
                        api.http.get("/api/refusals").statusCode() == 200
                                && refusals(budgetId).get("items").size() == count);
    }

    private static JsonNode refusals(String budgetId) throws Exception {
        return api.read("/api/refusals?budget_id=" + budgetId);
    }
}
