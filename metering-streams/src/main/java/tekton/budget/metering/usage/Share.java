package tekton.budget.metering.usage;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.ledger.Scope;

/**
 * What a part of a context's use is of. A counter has each in force as one object, so that a part
 * is nearly always found by that object, without comparing texts.
 *
 * @param budgetId the budget
 * @param scope where the usage belongs; {@link Scope#ANY} when it is folded
 */
record Share(String budgetId, Scope scope) {

    /** That which a cell's usage is counted under. */
    static Share of(Cell cell) {
        return new Share(
                cell.budgetId(),
                new Scope(cell.tier(), cell.provider(), cell.component(), cell.taskType()));
    }
}
