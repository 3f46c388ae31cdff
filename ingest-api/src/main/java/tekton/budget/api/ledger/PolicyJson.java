package tekton.budget.api.ledger;

import tekton.budget.codec.JsonBytes;
import tekton.budget.codec.Timestamps;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;

import java.math.BigDecimal;
import java.util.Comparator;

/** A policy as clients read it; absent values are null, thresholds are fractions. */
public final class PolicyJson {

    /** Those that limit the cost of everything, those that limit cost, the rest. */
    public static final Comparator<Policy> COST_FIRST =
            Comparator.comparingInt(
                    policy ->
                            policy.costLimit() == null
                                    ? 2
                                    : policy.scope().equals(Scope.ANY) ? 0 : 1);

    private PolicyJson() {}

    /** Writes its properties into an object that the caller has opened. */
    public static void properties(JsonBytes json, Policy policy) {
        String created = Timestamps.format(policy.createdAtMs());
        json.property("policy_id", policy.policyId())
                .property("budget_id", policy.budgetId())
                .property("type", policy.type().wireName())
                .property("period", policy.period().wireName());
        StandingJson.scope(json, policy.scope());
        json.propertyOrNull("token_limit", policy.tokenLimit())
                .propertyOrNull("cost_limit", policy.costLimit())
                .propertyRaw("warning_threshold", fraction(policy.warningPpm()))
                .propertyRaw("action_threshold", fraction(policy.actionPpm()))
                // A policy holds from its making on, without an end.
                .property("start_date", created)
                .property("end_date", null)
                .property("enabled", policy.enabled())
                .propertyRaw("metadata", policy.metadata().json())
                .property("created_at", created)
                .property("updated_at", Timestamps.format(policy.updatedAtMs()));
    }

    /** A threshold as a fraction. */
    static String fraction(int ppm) {
        return BigDecimal.valueOf(ppm, 6).stripTrailingZeros().toPlainString();
    }
}
