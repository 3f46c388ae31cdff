package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Metadata;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;

import java.util.ArrayList;
import java.util.List;

/**
 * The policies that a new budget gets: Tekton's. They only warn who allocates, and until somebody
 * has made one of them his own, nothing is said when a threshold is crossed: their limits are
 * nobody's, and ordinary use crosses some of them in every session. One for each tier and period up
 * to a session, by tokens, then one for each window, by cost.
 */
public final class DefaultPolicies {

    private static final List<Period> WINDOWS =
            List.of(Period.HOURLY, Period.DAILY, Period.WEEKLY, Period.MONTHLY);

    private static final List<Money> COST_LIMITS =
            List.of(Money.parse("0.5"), Money.parse("5"), Money.parse("25"), Money.parse("100"));

    /** What stands behind the budget's id in theirs, before their number. */
    private static final String NAME = ".default-";

    private DefaultPolicies() {}

    /** Nineteen, in Tekton's order. */
    public static List<Policy> of(String budgetId, long atMs) {
        List<Policy> policies = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            List<Long> limits = tokenLimits(tier);
            Scope scope = new Scope(tier, null, null, null);
            for (int i = 0; i < WINDOWS.size(); i++) {
                add(policies, budgetId, WINDOWS.get(i), scope, limits.get(i), null, atMs);
            }
            add(policies, budgetId, Period.PER_SESSION, scope, limits.getLast(), null, atMs);
        }
        for (int i = 0; i < WINDOWS.size(); i++) {
            add(policies, budgetId, WINDOWS.get(i), Scope.ANY, null, COST_LIMITS.get(i), atMs);
        }
        return List.copyOf(policies);
    }

    /** Whether a policy is one of these that nobody has touched since. */
    static boolean isUntouched(Policy policy) {
        return policy.type() == PolicyType.WARN
                && policy.createdAtMs() == policy.updatedAtMs()
                && policy.policyId().startsWith(policy.budgetId() + NAME);
    }

    /** By the hour, day, week and month, and of a session. */
    private static List<Long> tokenLimits(Tier tier) {
        return switch (tier) {
            case LOCAL_LIGHTWEIGHT ->
                    List.of(1_000_000L, 10_000_000L, 50_000_000L, 200_000_000L, 8_000L);
            case LOCAL_MIDWEIGHT ->
                    List.of(500_000L, 5_000_000L, 25_000_000L, 100_000_000L, 16_000L);
            case REMOTE_HEAVYWEIGHT ->
                    List.of(100_000L, 1_000_000L, 5_000_000L, 20_000_000L, 32_000L);
        };
    }

    private static void add(
            List<Policy> policies,
            String budgetId,
            Period period,
            Scope scope,
            @Nullable Long tokenLimit,
            @Nullable Money costLimit,
            long atMs) {
        policies.add(
                new Policy(
                        "%s%s%02d".formatted(budgetId, NAME, policies.size() + 1),
                        budgetId,
                        PolicyType.WARN,
                        period,
                        scope,
                        tokenLimit,
                        costLimit,
                        Policy.WARNING_PPM_DEFAULT,
                        Policy.ACTION_PPM_DEFAULT,
                        true,
                        Metadata.NONE,
                        atMs,
                        atMs));
    }
}
