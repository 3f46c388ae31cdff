package tekton.budget.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tekton.budget.api.Api;
import tekton.budget.api.FakeLedger;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.LedgerQueries.BudgetView;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;

import tools.jackson.databind.JsonNode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

class BudgetWatchTest {

    private final FakeLedger ledger = new FakeLedger();
    private final BudgetWatch watch = new BudgetWatch(10_000);

    @BeforeEach
    void oneBudget() {
        ledger.budgets.add(
                new BudgetView(FakeLedger.budget("team", "Team", null, true), List.of()));
    }

    @Test
    void shouldTellHowABudgetStandsOnceAndAgainWhenItHasChanged() {
        stands(tokensOnly("team"), 10, "0.1");
        JsonNode first = only(watch.look(ledger, 0));
        assertThat(first.get("type").stringValue()).isEqualTo("budget_update");
        assertThat(first.get("topic").stringValue()).isEqualTo("budget_events");
        assertThat(first.get("payload").get("budget_id").stringValue()).isEqualTo("team");
        assertThat(first.get("payload").get("period").stringValue()).isEqualTo("daily");

        watch.touch("team");
        assertThat(watch.look(ledger, 1_000)).isEmpty();
        stands(tokensOnly("team"), 20, "0.2");
        assertThat(watch.look(ledger, 2_000)).isEmpty();

        watch.touch("team");
        JsonNode touched = only(watch.look(ledger, 3_000));
        assertThat(touched.get("payload").get("summary").get("total_tokens_used").intValue())
                .isEqualTo(20);

        stands(tokensOnly("team"), 30, "0.3");
        assertThat(watch.look(ledger, 9_999)).isEmpty();
        JsonNode inTurn = only(watch.look(ledger, 10_000));
        assertThat(inTurn.get("payload").propertyNames())
                .isEqualTo(touched.get("payload").propertyNames());
    }

    @Test
    void shouldPutTheCostLimitFirstAndLeaveNoNumberOut() {
        stands(tokensOnly("team"), 10, "0.1");
        ledger.standings.add(
                view(
                        FakeLedger.policy("team.c", PolicyType.WARN, Period.DAILY, Scope.ANY),
                        10,
                        "0.1"));

        JsonNode payload = only(watch.look(ledger, 0)).get("payload");

        JsonNode summary = payload.get("summary");
        assertThat(summary.get("policy_id").stringValue()).isEqualTo("team.c");
        assertThat(summary.get("cost_usage_percentage").decimalValue()).isEqualTo("0.04");
        assertThat(payload.get("summaries").size()).isEqualTo(2);
        assertThat(payload.get("summaries").get(0).get("cost_limit").isNull()).isTrue();
        JsonNode last = payload.get("summaries").get(1);
        assertThat(last.get("policy_id").stringValue()).isEqualTo("team.c");
        assertThat(last.get("cost_usage_percentage").decimalValue()).isEqualTo("4");
        assertThat(last.get("name").stringValue()).isEqualTo("Team daily");
    }

    /**
     * Tekton's dashboard goes through {@code summaries}, takes the last of each period for its card
     * and does not look at whose it is. After any frame its cards have to be what it was told when
     * it asked.
     */
    @Test
    void shouldLeaveTheDashboardsCardsRightAfterAnyFrame() {
        ledger.budgets.clear();
        budget("gone", false);
        budget("empty", true);
        budget("first", true);
        budget("second", true);
        for (String id : List.of("gone", "second", "first")) {
            for (Period period : List.of(Period.DAILY, Period.MONTHLY)) {
                ledger.standings.add(
                        view(
                                FakeLedger.policy(
                                        id + "." + period, PolicyType.WARN, period, Scope.ANY),
                                10,
                                id.equals("first") ? "1.5" : "0"));
                ledger.standings.add(view(tokensOnly(id, period), 10, "0"));
                Scope one = new Scope(null, "openai", null, null);
                ledger.standings.add(
                        view(
                                FakeLedger.policy(id + ".o" + period, PolicyType.WARN, period, one),
                                10,
                                "0"));
            }
        }
        ledger.standings.add(view(tokensOnly("second", Period.WEEKLY), 7, "0.7"));

        List<Message> frames = watch.look(ledger, 0);

        assertThat(frames).hasSize(7);
        for (Message frame : frames) {
            JsonNode payload = Api.json(frame.frame()).get("payload");
            Map<String, String> cards = new HashMap<>();
            payload.get("summaries").forEach(each -> apply(each, cards));
            String period = payload.get("period").stringValue();
            assertThat(cards)
                    .as(payload.toString())
                    .isEqualTo(
                            Map.of(
                                    period,
                                    period.equals("weekly")
                                            ? "0.7 of null, null %"
                                            : "1.5 of 2.5, 60 %"));
        }
    }

    private static void apply(JsonNode summary, Map<String, String> cards) {
        cards.put(
                summary.get("period").stringValue(),
                "%s of %s, %s %%"
                        .formatted(
                                summary.get("total_cost"),
                                summary.get("cost_limit"),
                                summary.get("cost_usage_percentage")));
    }

    private void budget(String id, boolean active) {
        ledger.budgets.add(new BudgetView(FakeLedger.budget(id, id, null, active), List.of()));
    }

    @Test
    void shouldShowZeroWhereThereIsNoLimit() {
        stands(tokensOnly("team"), 10, "0.1");

        JsonNode summary = only(watch.look(ledger, 0)).get("payload").get("summary");

        assertThat(summary.get("cost_limit").isNumber()).isTrue();
        assertThat(summary.get("cost_usage_percentage").decimalValue()).isEqualTo("0");
        assertThat(summary.get("total_cost").decimalValue()).isEqualTo("0.1");
    }

    @Test
    void shouldTellEverythingAgainAfterNobodyHasListened() {
        stands(tokensOnly("team"), 10, "0.1");
        assertThat(watch.look(ledger, 0)).hasSize(1);

        watch.forget();

        assertThat(watch.look(ledger, 1)).hasSize(1);
    }

    @Test
    void shouldTakeManyBudgetsInTurns() {
        ledger.budgets.clear();
        for (int i = 0; i < BudgetWatch.AT_ONCE + 1; i++) {
            ledger.budgets.add(
                    new BudgetView(FakeLedger.budget("b" + i, "B", null, true), List.of()));
            ledger.standings.add(view(tokensOnly("b" + i), 10, "0.1"));
        }

        assertThat(watch.look(ledger, 0)).hasSize(BudgetWatch.AT_ONCE);
        assertThat(watch.look(ledger, 1)).hasSize(1);
        assertThat(watch.look(ledger, 2)).isEmpty();
    }

    @Test
    void shouldTellNothingWhileTheLedgerCannotBeAsked() {
        stands(tokensOnly("team"), 10, "0.1");
        ledger.notReady = true;
        assertThat(watch.look(ledger, 0)).isEmpty();

        ledger.notReady = false;

        assertThat(watch.look(ledger, 1)).hasSize(1);
    }

    private void stands(Policy policy, long tokens, String cost) {
        ledger.standings.clear();
        ledger.standings.add(view(policy, tokens, cost));
    }

    private static PolicyView view(Policy policy, long tokens, String cost) {
        return new PolicyView(
                policy,
                FakeLedger.NOW,
                FakeLedger.NOW + 1,
                tokens,
                0,
                new Amount(tokens, Money.parse(cost)),
                Amount.ZERO,
                0,
                0);
    }

    private static Policy tokensOnly(String budgetId) {
        Policy both = FakeLedger.policy("team.t", PolicyType.WARN, Period.DAILY, Scope.ANY);
        return new Policy(
                both.policyId(),
                budgetId,
                both.type(),
                both.period(),
                both.scope(),
                both.tokenLimit(),
                null,
                both.warningPpm(),
                both.actionPpm(),
                true,
                both.metadata(),
                both.createdAtMs(),
                both.updatedAtMs());
    }

    private static Policy tokensOnly(String budgetId, Period period) {
        return FakeLedger.ofTokens(
                FakeLedger.policy(budgetId + ".t" + period, PolicyType.WARN, period, Scope.ANY));
    }

    private static JsonNode only(List<Message> messages) {
        assertThat(messages).hasSize(1);
        return Api.json(messages.getFirst().frame());
    }
}
