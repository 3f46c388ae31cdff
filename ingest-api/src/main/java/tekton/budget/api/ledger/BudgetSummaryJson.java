package tekton.budget.api.ledger;

import tekton.budget.api.http.Ratio;
import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;

import java.math.BigDecimal;

/**
 * How a policy stands in its window, as clients read it. What remains is the limit without what was
 * used, and what open allocations hold is told beside it.
 */
public final class BudgetSummaryJson {

    private BudgetSummaryJson() {}

    /**
     * Writes its properties into an object that the caller has opened, and when its limit will be
     * reached.
     *
     * @param name what people call it
     * @param whole what a percentage of all of the limit is: 1, or 100
     * @param nowMs when it stands so, epoch milliseconds
     */
    public static void foretold(
            JsonBytes json, PolicyView view, String name, BigDecimal whole, long nowMs) {
        properties(json, view, name, whole);
        Long exhaustedAtMs = Exhaustion.atMs(view, nowMs);
        json.property(
                "exhausted_at", exhaustedAtMs == null ? null : Timestamps.format(exhaustedAtMs));
    }

    /**
     * Writes its properties into an object that the caller has opened.
     *
     * @param name what people call it
     * @param whole what a percentage of all of the limit is: 1, or 100
     */
    public static void properties(JsonBytes json, PolicyView view, String name, BigDecimal whole) {
        Policy policy = view.policy();
        long tokens = view.used().tokens();
        Money cost = view.used().cost();
        Long tokenLimit = policy.tokenLimit();
        Money costLimit = policy.costLimit();
        json.property("budget_id", policy.budgetId())
                .property("period", policy.period().wireName());
        StandingJson.scope(json, policy.scope());
        json.property("total_tokens_allocated", view.openTokens())
                .property("total_tokens_used", tokens)
                .propertyOrNull("token_limit", tokenLimit)
                .propertyOrNull(
                        "token_usage_percentage",
                        tokenLimit == null
                                ? null
                                : Ratio.of(
                                        BigDecimal.valueOf(tokens).multiply(whole),
                                        BigDecimal.valueOf(tokenLimit)))
                .propertyRaw("total_cost", cost.toString())
                .propertyOrNull("cost_limit", costLimit)
                .propertyOrNull(
                        "cost_usage_percentage",
                        costLimit == null
                                ? null
                                : Ratio.of(
                                        cost.toBigDecimal().multiply(whole),
                                        costLimit.toBigDecimal()))
                .property("active_allocations", view.openCount())
                .property("start_time", Timestamps.format(view.startMs()))
                .property("end_time", Timestamps.format(view.endMs()))
                .propertyOrNull(
                        "remaining_tokens",
                        tokenLimit == null ? null : Math.max(0, tokenLimit - tokens))
                .propertyOrNull("remaining_cost", costLimit == null ? null : left(costLimit, cost))
                .property("token_limit_exceeded", tokenLimit != null && tokens > tokenLimit)
                .property("cost_limit_exceeded", costLimit != null && cost.compareTo(costLimit) > 0)
                .property("policy_id", policy.policyId())
                .property("type", policy.type().wireName())
                .propertyRaw("warning_threshold", PolicyJson.fraction(policy.warningPpm()))
                .propertyRaw("action_threshold", PolicyJson.fraction(policy.actionPpm()))
                .property("name", name)
                .property("input_tokens", view.inputTokens())
                .property("output_tokens", view.outputTokens())
                .propertyRaw("spent", cost.toString())
                .propertyRaw("limit", costLimit == null ? "0" : costLimit.toString())
                .property("reserved_tokens", view.reserved().tokens())
                .propertyRaw("reserved_cost", view.reserved().cost().toString());
    }

    private static Money left(Money limit, Money used) {
        return used.compareTo(limit) >= 0 ? Money.ZERO : limit.minus(used);
    }
}
