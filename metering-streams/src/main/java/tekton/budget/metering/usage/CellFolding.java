package tekton.budget.metering.usage;

import tekton.budget.event.TotalsFeed.Cell;

/**
 * Keeps a budget's cells of one hour within a bound, whatever names a stranger invents: past it new
 * combinations fold into "other", first model and task type, at last everything but the tier. What
 * has a cell of its own keeps it; nothing is lost from any total.
 */
public final class CellFolding {

    /** The most cells of one budget and hour. */
    public static final int CELLS_MAX = 10_000;

    /** What folded names become. */
    public static final String OTHER = "other";

    /** From here on new cells fold model and task type. */
    static final int FULL_DETAIL_MAX = 9_000;

    /** From here on they fold component and provider too: at most one cell per tier remains. */
    static final int FOLDED_MAX = CELLS_MAX - 3;

    private CellFolding() {}

    /**
     * The cell in which to count, if the given one is new.
     *
     * @param cellCount how many cells the budget has in the hour already
     */
    public static Cell fold(Cell cell, int cellCount) {
        if (cellCount < FULL_DETAIL_MAX) {
            return cell;
        }
        if (cellCount < FOLDED_MAX) {
            return new Cell(
                    cell.budgetId(), cell.component(), cell.provider(), OTHER, cell.tier(), OTHER);
        }
        return new Cell(cell.budgetId(), OTHER, OTHER, OTHER, cell.tier(), OTHER);
    }
}
