package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;

import java.time.ZoneId;

/**
 * What a new policy counts from its first moment on: what its window has already spent, and what
 * open allocations hold.
 */
final class FirstCount {

    private final Scope scope;
    private final long atMs;
    private PolicyUse use = PolicyUse.NONE;

    private FirstCount(Scope scope, long atMs) {
        this.scope = scope;
        this.atMs = atMs;
    }

    static PolicyUse of(LedgerView view, Budget budget, Policy policy, long atMs) {
        FirstCount count = new FirstCount(policy.scope(), atMs);
        view.forEachOpen(budget.budgetId(), count::hold);
        ZoneId zone = ZoneId.of(budget.zone());
        Window current = Window.of(policy.period(), zone, atMs);
        // Clocks differ: some of the next window may have been spent already.
        Window next = Window.of(policy.period(), zone, current.endMs());
        count.spend(view, budget, current);
        count.spend(view, budget, next);
        return count.use;
    }

    private void hold(Allocation allocation) {
        if (scope.mayCover(allocation.scope())) {
            use = use.opened(allocation.tokens(), allocation.reserved(scope));
        }
    }

    private void spend(LedgerView view, Budget budget, Window window) {
        view.forEachSpent(
                budget.budgetId(),
                window.startMs(),
                window.endMs(),
                (where, spent) -> {
                    if (scope.covers(where)) {
                        use = use.spending(window, spent, atMs);
                    }
                });
    }
}
