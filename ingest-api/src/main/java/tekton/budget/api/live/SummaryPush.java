package tekton.budget.api.live;

import tekton.budget.api.ledger.BudgetSummaryJson;
import tekton.budget.api.ledger.PolicyJson;
import tekton.budget.api.wire.Ratio;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.serde.JsonBytes;
import tekton.budget.serde.Timestamps;
import tekton.budget.value.Money;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;

/** The payload that tells how a budget stands in a period: the same whatever made us look. */
final class SummaryPush {

    private SummaryPush() {}

    /**
     * The payload.
     *
     * @param standings the budget's policies of that period, at least one
     */
    static String payload(Budget budget, Period period, List<PolicyView> standings) {
        List<PolicyView> views =
                standings.stream()
                        .sorted(Comparator.comparing(PolicyView::policy, PolicyJson.COST_FIRST))
                        .toList();
        JsonBytes json =
                new JsonBytes(1_024 * views.size())
                        .open('{')
                        .property("budget_id", budget.budgetId())
                        .property("period", period.wireName())
                        .name("summary");
        summary(json, views.getFirst(), budget.name());
        json.name("summaries").open('[');
        for (PolicyView view : views) {
            json.open('{');
            BudgetSummaryJson.properties(json, view, budget.name(), BigDecimal.ONE);
            json.close('}');
        }
        return json.close(']').close('}').toString();
    }

    /** The first of them for clients that show one; they format the numbers, so none is null. */
    private static void summary(JsonBytes json, PolicyView view, String name) {
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
