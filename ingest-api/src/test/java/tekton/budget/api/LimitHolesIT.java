package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.OPUS;
import static tekton.budget.api.LedgerApi.atOnce;
import static tekton.budget.api.LedgerApi.id;
import static tekton.budget.api.LedgerApi.named;
import static tekton.budget.api.LedgerApi.refused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import tools.jackson.databind.JsonNode;

import java.util.List;

/**
 * What the reference implementation gets wrong about limits, and this one does not: a test for each
 * entry of the list of its holes, under the entry's number.
 */
class LimitHolesIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

    @Test
    void hole09CallersAtTheSameTimeDoNotBothPass() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 1000");

        List<Integer> statuses =
                atOnce(40, i -> () -> api.allocate(budget, "c" + i, 99, "").statusCode());

        assertThat(statuses.stream().filter(s -> s == 201)).hasSize(10);
        assertThat(statuses.stream().filter(s -> s == 402)).hasSize(30);
    }

    @Test
    void hole10OpenAllocationsAreReserved() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "monthly", ", \"token_limit\": 100");
        String open = id(api.granted(budget, "c", 60, ""));

        JsonNode problem = refused(402, "insufficient_budget", api.allocate(budget, "c", 50, ""));
        assertThat(problem.get("reserved").intValue()).isEqualTo(60);
        assertThat(problem.get("used").intValue()).isZero();

        api.release(open);
        api.granted(budget, "c", 50, "");
    }

    @Test
    void hole11AnAbsentScopeMeansAnyWhenCheckedAndItselfWhenPut() throws Exception {
        String budget = api.budget();
        String general = api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 100");
        String scoped =
                api.policy(
                        budget,
                        "hard_limit",
                        "daily",
                        ", \"token_limit\": 10, \"component\": \"other\"");
        assertThat(scoped).isNotEqualTo(general);
        refused(
                402,
                "insufficient_budget",
                api.allocate(budget, "c", 101, OPUS + ", \"task_type\": \"chat\""));

        String again = api.policy(budget, "hard_limit", "daily", ", \"token_limit\": 200");

        assertThat(again).isEqualTo(general);
        api.granted(budget, "c", 101, "");
        assertThat(api.read("/api/policies/" + scoped).get("token_limit").intValue()).isEqualTo(10);
    }

    @Test
    void hole18AnUnknownPriceIsNotFree() throws Exception {
        String budget = api.budget();
        String unheardOf = ", \"provider\": \"p\", \"model\": \"unheard-of\"";
        JsonNode granted = api.granted(budget, "c", 1, unheardOf);
        assertThat(granted.get("unpriced").booleanValue()).isTrue();
        assertThat(granted.get("estimated_cost").intValue()).isZero();
        String policy = api.policy(budget, "hard_limit", "daily", ", \"cost_limit\": 100");

        JsonNode problem = refused(402, "price_unknown", api.allocate(budget, "c", 1, unheardOf));

        assertThat(problem.get("policy_id").stringValue()).isEqualTo(policy);
        JsonNode open = api.granted(budget, "c", 1, "");
        assertThat(open.get("unpriced").booleanValue()).isTrue();
        assertThat(open.get("reserved_cost").decimalValue()).isPositive();
        api.granted(budget, "c", 1, OPUS);
    }

    @Test
    void hole19ALimitOfZeroIsALimit() throws Exception {
        String tokens = api.budget();
        api.policy(tokens, "hard_limit", "daily", ", \"token_limit\": 0");
        refused(402, "insufficient_budget", api.allocate(tokens, "c", 1, OPUS));

        String cost = api.budget();
        api.policy(cost, "hard_limit", "daily", ", \"cost_limit\": 0");
        JsonNode problem = refused(402, "insufficient_budget", api.allocate(cost, "c", 1, OPUS));
        assertThat(problem.get("measure").stringValue()).isEqualTo("cost");
        assertThat(problem.get("asked").decimalValue()).isEqualTo("0.000075");
        api.granted(cost, "c", 1, ", \"provider\": \"ollama\", \"model\": \"llama3\"");
    }

    @Test
    void hole24ThresholdsHoldAndLimitsCanBeCleared() throws Exception {
        String budget = api.budget();
        String early =
                ", \"token_limit\": 100, \"cost_limit\": 5, \"warning_threshold\": 0.1,"
                        + " \"action_threshold\": 50";
        String policy = api.policy(budget, "warn", "daily", early);
        JsonNode warnings = api.granted(budget, "c", 10, OPUS).get("warnings");
        assertThat(warnings.get(0).get("policy_id").stringValue()).isEqualTo(policy);
        assertThat(warnings.get(0).get("level").stringValue()).isEqualTo("warning");
        JsonNode stored = api.read("/api/policies/" + policy);
        assertThat(stored.get("warning_threshold").decimalValue()).isEqualTo("0.1");
        assertThat(stored.get("action_threshold").decimalValue()).isEqualTo("0.5");

        JsonNode kept = api.put("/api/policies/" + policy, "{\"token_limit\": null}");
        assertThat(kept.get("token_limit").intValue()).isEqualTo(100);
        api.policy(budget, "warn", "daily", ", \"cost_limit\": 6");
        assertThat(api.read("/api/policies/" + policy).get("token_limit").isNull()).isTrue();

        for (String wrong :
                List.of(
                        ", \"token_limit\": -1",
                        ", \"token_limit\": 1, \"warning_threshold\": 0",
                        ", \"token_limit\": 1, \"warning_threshold\": 101")) {
            String body = "{\"type\": \"warn\", \"period\": \"daily\"%s}".formatted(wrong);
            refused(422, "invalid_request", api.http.post("/api/policies", body));
        }
    }

    @Test
    void hole25LimitsOfSessionsAndTasksAreEvaluated() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "per_task", ", \"token_limit\": 100");
        api.policy(budget, "hard_limit", "per_session", ", \"token_limit\": 150");

        refused(402, "insufficient_budget", api.allocate(budget, "s1", 101, ""));
        api.granted(budget, "s1", 100, "");
        refused(402, "insufficient_budget", api.allocate(budget, "s1", 51, ""));
        api.granted(budget, "s1", 50, "");
        api.granted(budget, "s2", 100, "");
    }

    /** What a session has used stays used when its allocations have ended. */
    @Test
    void hole25ASessionsUsageCountsAgainstItsLimit() throws Exception {
        String budget = api.budget();
        api.policy(budget, "hard_limit", "per_session", ", \"token_limit\": 150");
        String drawn = id(api.granted(budget, "s3", 100, ""));
        String position = api.use("s3", 30, 50, named(drawn));
        assertThat(api.release(drawn, position).get("tokens_released").intValue()).isEqualTo(20);

        JsonNode problem = refused(402, "insufficient_budget", api.allocate(budget, "s3", 71, ""));

        assertThat(problem.get("used").intValue()).isEqualTo(80);
        assertThat(problem.get("reserved").intValue()).isZero();
        api.granted(budget, "s3", 70, "");
        api.granted(budget, "s4", 150, "");
    }

    @Test
    void hole27ADatedModelHasTheTierOfItsFamily() throws Exception {
        String dated = ", \"provider\": \"anthropic\", \"model\": \"claude-3-haiku-20240307\"";

        JsonNode granted = api.granted("default", "c27", 1, dated);

        assertThat(granted.get("tier").stringValue()).isEqualTo("local_midweight");
    }

    /** Usage of this model is local_midweight at ollama, and remote_heavyweight elsewhere. */
    @Test
    void hole27ATierThatIsNotKnownSlipsPastNoLimit() throws Exception {
        String budget = api.budget();
        String limit = ", \"token_limit\": 100, \"tier\": \"local_midweight\"";
        api.policy(budget, "hard_limit", "daily", limit);
        String model = ", \"model\": \"llama3\"";

        refused(402, "insufficient_budget", api.allocate(budget, "c", 101, model));
        refused(
                402,
                "insufficient_budget",
                api.allocate(budget, "c", 101, ", \"provider\": \"new\""));
        api.granted(budget, "c", 101, model + ", \"provider\": \"new\"");
        api.granted(budget, "c", 101, model + ", \"tier\": \"lightweight\"");
    }
}
