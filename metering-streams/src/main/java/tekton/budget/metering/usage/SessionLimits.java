package tekton.budget.metering.usage;

import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.ledger.Spending;

import java.util.List;

/** The limits per session as last heard. */
@FunctionalInterface
public interface SessionLimits {

    /**
     * What is to be said of one context and the limits per session of one budget; empty where the
     * budget has none. Any thread.
     *
     * @param before what the context had used; of other budgets too
     * @param after what it has used now
     * @param atMs when, epoch milliseconds
     */
    List<LevelCrossed> crossed(
            String budgetId,
            String contextId,
            List<Spending> before,
            List<Spending> after,
            long atMs);
}
