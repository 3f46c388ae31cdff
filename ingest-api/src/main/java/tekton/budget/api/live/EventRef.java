package tekton.budget.api.live;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.BudgetEvent;

/**
 * A budget event at its place in the topic.
 *
 * @param partition the partition
 * @param offset the offset
 * @param type what has happened
 * @param severity how bad
 * @param budgetId the budget, if it belongs to one
 * @param json the event as clients read it
 */
record EventRef(
        int partition,
        long offset,
        BudgetEvent.Type type,
        BudgetEvent.Severity severity,
        @Nullable String budgetId,
        String json) {}
