package tekton.budget.metering.query.local;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.UsageReported;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Scope;
import tekton.budget.metering.query.LedgerQueries.AllocationFilter;

import java.util.Objects;

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
                && fits(filter.taskType(), taskType(scope))
                && (active == null || active == allocation.isOpen());
    }

    /** One that names none is shown with the default. */
    private static String taskType(Scope scope) {
        return Objects.requireNonNullElse(scope.taskType(), UsageReported.DEFAULT_TASK_TYPE);
    }

    private static boolean fits(@Nullable Object wanted, @Nullable Object found) {
        return wanted == null || wanted.equals(found);
    }
}
