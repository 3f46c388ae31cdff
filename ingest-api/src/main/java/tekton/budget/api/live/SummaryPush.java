package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Ratio;
import tekton.budget.api.ledger.DashboardJson;
import tekton.budget.api.ledger.PolicyJson;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The payload that tells how a budget stands in a period: the same whatever made us look. */
final class SummaryPush {

    private SummaryPush() {}

    /**
     * The payload.
     *
     * @param own the budget's policies of that period, at least one
     * @param shown the budget that the dashboard shows in that period, which is told behind every
     *     other: the dashboard takes the last for its own
     */
    static String payload(Budget budget, Period period, List<PolicyView> own, DashboardView shown) {
        JsonBytes json =
                new JsonBytes(1_024 * (own.size() + shown.standings().size()))
                        .open('{')
                        .property("budget_id", budget.budgetId())
                        .property("period", period.wireName())
                        .name("summary");
        summary(json, own, budget.name());
        List<Budget> budgets = new ArrayList<>();
        List<PolicyView> standings = new ArrayList<>(shown.standings());
        if (shown.budget() != null) {
            budgets.add(shown.budget());
        }
        if (budget.active() && !budgets.contains(budget)) {
            budgets.add(budget);
            standings.addAll(own);
        }
        json.name("summaries").open('[');
        DashboardJson.entries(json, budgets, standings);
        return json.close(']').close('}').toString();
    }

    /**
     * What the dashboard shows in a period.
     *
     * @param budget the first active one with a policy in it; null when there is none
     * @param standings its policies of that period
     */
    record DashboardView(@Nullable Budget budget, List<PolicyView> standings) {

        static final DashboardView NOTHING = new DashboardView(null, List.of());

        DashboardView {
            standings = List.copyOf(standings);
        }
    }

    /**
     * What limits all cost, for clients that show one; they format the numbers, so none is null.
     */
    private static void summary(JsonBytes json, List<PolicyView> own, String name) {
        PolicyView view =
                Collections.min(
                        own, Comparator.comparing(PolicyView::policy, PolicyJson.COST_FIRST));
        Policy policy = view.policy();
        Money cost = view.used().cost();
        Money costLimit = policy.costLimit();
        Long tokenLimit = policy.tokenLimit();
        json.open('{')
                .property("budget_id", policy.budgetId())
                .property("name", name)
                .property("policy_id", policy.policyId())
                .property("type", policy.type().wireName())
                .property("period", policy.period().wireName())
                .property("total_tokens_used", view.used().tokens())
                .property("token_limit", tokenLimit == null ? 0 : tokenLimit)
                .propertyRaw(
                        "token_usage_percentage",
                        tokenLimit == null ? "0" : Ratio.of(view.used().tokens(), tokenLimit))
                .propertyRaw("total_cost", cost.toString())
                .propertyRaw("cost_limit", costLimit == null ? "0" : costLimit.toString())
                .propertyRaw(
                        "cost_usage_percentage",
                        costLimit == null
                                ? "0"
                                : Ratio.of(cost.toBigDecimal(), costLimit.toBigDecimal()))
                .property("start_time", Timestamps.format(view.startMs()))
                .property("end_time", Timestamps.format(view.endMs()))
                .close('}');
    }
}
