package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Spending;

import java.util.ArrayList;
import java.util.List;

/**
 * When a limit per session is said to have been carried over a threshold: when what its context has
 * used, through allocations or not, is nearer to it than before. A session's use only grows, so
 * what it was before tells what was said, and nothing has to be kept for it.
 */
public final class SessionLevels {

    private SessionLevels() {}

    /**
     * What is to be said of one context.
     *
     * @param policies the limits per session of one budget
     * @param before what the context had used; of other budgets too
     * @param after what it has used now
     * @param atMs when, epoch milliseconds
     */
    public static List<LevelCrossed> crossed(
            List<Policy> policies,
            String contextId,
            List<Spending> before,
            List<Spending> after,
            long atMs) {
        List<LevelCrossed> crossed = new ArrayList<>();
        for (Policy policy : policies) {
            Amount used = usedOf(policy, after);
            if (LevelRules.isSilent(policy) || used.isZero()) {
                continue;
            }
            for (Measure measure : Limits.MEASURES) {
                Level level = Limits.level(policy, measure, used);
                if (level != Level.NORMAL
                        && level != Limits.level(policy, measure, usedOf(policy, before))) {
                    Commitment counted = new Commitment(null, used, Amount.ZERO);
                    crossed.add(
                            new LevelCrossed(
                                    policy.budgetId(),
                                    contextId,
                                    Limits.standing(policy, measure, counted, Amount.ZERO, level),
                                    atMs));
                }
            }
        }
        return crossed;
    }

    private static Amount usedOf(Policy policy, List<Spending> spendings) {
        Amount used = Amount.ZERO;
        for (Spending each : spendings) {
            if (each.budgetId().equals(policy.budgetId())
                    && policy.scope().mayCover(each.scope())) {
                used = SessionUse.sum(used, each.used());
            }
        }
        return used;
    }
}
