package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import static tekton.budget.api.LedgerApi.KEY;
import static tekton.budget.api.LedgerApi.atOnce;
import static tekton.budget.api.LedgerApi.created;
import static tekton.budget.api.LedgerApi.refused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code set-limit … --budget-id X} of Tekton's command line: it makes a policy without a budget,
 * and attaches it to the one it means with its next request.
 */
class SetLimitIT {

    @RegisterExtension static final LedgerApi api = new LedgerApi();

    private static final String SMALL = "0.001";

    @Test
    void shouldLimitTheBudgetThatIsMeantAndNoOther() throws Exception {
        String team = api.budget();
        List<JsonNode> before = policies("default");

        String policy = made("daily", SMALL, "");
        attached(team, policy);

        assertThat(limits(team, "daily")).containsExactly(SMALL);
        assertThat(policies("default")).isEqualTo(before);
        refused(402, "insufficient_budget", api.allocate(team, "c1", 1_000, LedgerApi.OPUS));
        created(api.allocate("default", "c1", 1_000, LedgerApi.OPUS));

        attached(team, policy);
        assertThat(limits(team, "daily")).as("a repeat").containsExactly(SMALL);
        assertThat(policies("default")).as("a repeat").isEqualTo(before);
    }

    @Test
    void shouldLeaveNothingWhereNothingWas() throws Exception {
        String team = api.budget();
        List<JsonNode> before = policies("default");

        String policy = made("weekly", "7", ", \"component\": \"nothing-was\"");
        assertThat(policies("default")).hasSize(before.size() + 1);
        attached(team, policy);

        assertThat(policies("default")).isEqualTo(before);
        assertThat(limits(team, "weekly")).contains("7");
        assertThat(api.http.get("/api/policies/" + policy).statusCode()).isEqualTo(404);
        assertThat(api.totals("/api/policies?component=nothing-was")).containsExactly(1);
        String again = attached(team, policy).body();
        assertThat(again).as("a repeat").contains(team);
        assertThat(policies("default")).isEqualTo(before);
    }

    @Test
    void shouldKeepWhatIsMeantForTheDefaultBudget() throws Exception {
        String team = api.budget();
        attached("default", made("monthly", "70", ", \"component\": \"kept\""));

        attached(team, made("monthly", "80", ", \"component\": \"kept\""));

        assertThat(limitsOf("default", "kept")).containsExactly("70");
        assertThat(limitsOf(team, "kept")).containsExactly("80");
        assertThat(api.totals("/api/policies?component=kept")).containsExactly(2);
    }

    /** Cut off after the first of the two steps: the budget has it, and default as well. */
    @Test
    void shouldDoTheRestWhenARepeatComes() throws Exception {
        String team = api.budget();
        List<JsonNode> before = policies("default");
        String policy = made("daily", "9", "");
        api.policy(
                team,
                "hard_limit",
                "daily",
                ", \"cost_limit\": 9, \"warning_threshold\": 0.8, \"action_threshold\": 0.95");
        api.restart();

        attached(team, policy);

        assertThat(limits(team, "daily")).containsExactly("9");
        assertThat(policies("default")).isEqualTo(before);
    }

    @Test
    void shouldAnswerARepeatByItsKeyWithoutMovingWhatSomebodyElseHasMadeSince() throws Exception {
        String team = api.budget();
        String other = api.budget();
        List<JsonNode> before = policies("default");
        String policy = made("hourly", "3", "");
        HttpResponse<String> first = put(team, policy, "set-3");
        String theirs = made("hourly", "4", "");

        HttpResponse<String> again = put(team, policy, "set-3");

        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(limits(team, "hourly")).containsExactly("3");
        assertThat(limits("default", "hourly")).containsExactly("4");
        attached(other, theirs);
        assertThat(policies("default")).isEqualTo(before);
    }

    @Test
    void shouldServeManyWhoSetTheSameLimitAtOnce() throws Exception {
        List<String> budgets = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            budgets.add(api.budget());
        }
        List<JsonNode> before = policies("default");

        atOnce(
                budgets.size(),
                i ->
                        () ->
                                attached(
                                        budgets.get(i),
                                        made("monthly", "5", ", \"provider\": \"at-once\"")));

        for (String budget : budgets) {
            assertThat(limits(budget, "monthly")).as(budget).contains("5");
        }
        assertThat(policies("default")).isEqualTo(before);
    }

    private static String made(String period, String limit, String scope) throws Exception {
        return api.created(
                        "/api/policies",
                        """
                        {"type": "hard_limit", "period": "%s", "cost_limit": %s,
                         "warning_threshold": 0.8, "action_threshold": 0.95, "enabled": true%s}\
                        """
                                .formatted(period, limit, scope))
                .get("policy_id")
                .stringValue();
    }

    private static HttpResponse<String> attached(String budget, String policy) throws Exception {
        HttpResponse<String> response = put(budget, policy, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response;
    }

    private static HttpResponse<String> put(String budget, String policy, String key)
            throws Exception {
        HttpRequest.Builder request =
                api.http
                        .request("/api/budgets/" + budget + "/policies")
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString("{\"policies\": [\"%s\"]}".formatted(policy)));
        return api.http.send(key.isEmpty() ? request : request.header(KEY, key));
    }

    /** All but when they were changed: putting back is a change. */
    private static List<JsonNode> policies(String budget) throws Exception {
        List<JsonNode> policies = new ArrayList<>();
        for (JsonNode each : items("/api/budgets/" + budget + "/policies?limit=100")) {
            ((ObjectNode) each).remove("updated_at");
            policies.add(each);
        }
        return policies;
    }

    /** The cost limits of hard policies over everything or one part, by period. */
    private static List<String> limits(String budget, String period) throws Exception {
        List<String> limits = new ArrayList<>();
        for (JsonNode each :
                items("/api/policies?limit=100&budget_id=" + budget + "&period=" + period)) {
            if (each.get("type").stringValue().equals("hard_limit")
                    && each.get("enabled").booleanValue()) {
                limits.add(each.get("cost_limit").toString());
            }
        }
        return limits;
    }

    private static List<String> limitsOf(String budget, String component) throws Exception {
        List<String> limits = new ArrayList<>();
        for (JsonNode each :
                items("/api/policies?budget_id=" + budget + "&component=" + component)) {
            limits.add(each.get("cost_limit").toString());
        }
        return limits;
    }

    private static JsonNode items(String path) throws Exception {
        return api.read(path).get("items");
    }
}
