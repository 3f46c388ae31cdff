package tekton.budget.metering.ledger.read;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;

/** Which allocations a filter lets pass. */
final class AllocationFilters {

    private AllocationFilters() {}

    static boolean fits(AllocationFilter filter, Allocation allocation) {
        Scope scope = allocation.scope();
        Boolean active = filter.active();
        return fits(filter.budgetId(), allocation.budgetId())
                && fits(filter.contextId(), allocation.contextId())
                && fits(filter.component(), scope.component())
                && fits(filter.tier(), scope.tier())
                && fits(filter.provider(), scope.provider())
                && fits(filter.model(), allocation.model())
                && fits(filter.taskType(), scope.taskType())
                && (active == null || active == allocation.isOpen());
    }

    private static boolean fits(@Nullable Object wanted, @Nullable Object found) {
        return wanted == null || wanted.equals(found);
    }
}
