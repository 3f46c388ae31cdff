package tekton.budget.metering.usage;

import tekton.budget.value.CellWidth;

/** By which cells usage is counted, by the zones of budgets as last heard. */
@FunctionalInterface
public interface CellWidths {

    /**
     * That of a budget's usage; {@link CellWidth#FINEST} for one that nobody has heard of, or not
     * yet: so whatever zone it turns out to have, its windows are sums of cells. Any thread.
     */
    CellWidth widthOf(String budgetId);
}
