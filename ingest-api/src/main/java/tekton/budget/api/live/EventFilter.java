package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.BudgetEvent;

import java.util.Set;

/**
 * Which budget events are wanted.
 *
 * @param types of these types; of any when it is empty
 * @param severities of these severities; of any when it is empty
 * @param budgetId of this budget; of any, and of none, when it is null
 */
record EventFilter(
        Set<BudgetEvent.Type> types,
        Set<BudgetEvent.Severity> severities,
        @Nullable String budgetId) {

    EventFilter {
        types = Set.copyOf(types);
        severities = Set.copyOf(severities);
    }

    /** True when that event is wanted. */
    boolean wants(EventRef event) {
        return (types.isEmpty() || types.contains(event.type()))
                && (severities.isEmpty() || severities.contains(event.severity()))
                && (budgetId == null || budgetId.equals(event.budgetId()));
    }
}
