package tekton.budget.metering.usage;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.Tier;

/**
 * Keeps the cells of a budget or a user in one hour within a bound, whatever names a stranger
 * invents: past it new combinations fold into "other", first model and task type, at last
 * everything but the tier. What has a cell of its own keeps it; nothing is lost from any total.
 */
public final class CellFolding {

    /** The most cells of one budget and hour. */
    public static final int CELLS_MAX = 10_000;

    /** The most cells of one user that begin at one time, in each partition. */
    public static final int USER_CELLS_MAX = 1_000;

    /** What folded names become. */
    public static final String OTHER = "other";

    /** What the budgets of a user's folded cells become. No budget has that id: ids have no dot. */
    public static final String OTHER_BUDGETS = ".other";

    /** From here on new cells fold model and task type: nine tenths of the bound. */
    static final int FULL_DETAIL_MAX = fullDetailMax(CELLS_MAX);

    /** From here on they fold component and provider too: at most one cell per tier remains. */
    static final int FOLDED_MAX = foldedMax(CELLS_MAX);

    private CellFolding() {}

    /**
     * The cell in which to count, if the given one is new.
     *
     * @param cellCount how many cells the budget has in the hour already
     */
    public static Cell fold(Cell cell, int cellCount) {
        return fold(cell, cellCount, CELLS_MAX, cell.budgetId());
    }

    /**
     * The cell in which to count for a user, if the given one is new.
     *
     * @param cellCount how many cells of the user begin at that time already
     */
    public static Cell foldOfUser(Cell cell, int cellCount) {
        return fold(cell, cellCount, USER_CELLS_MAX, OTHER_BUDGETS);
    }

    private static Cell fold(Cell cell, int cellCount, int max, String lastBudget) {
        if (cellCount < fullDetailMax(max)) {
            return cell;
        }
        if (cellCount < foldedMax(max)) {
            return new Cell(
                    cell.budgetId(), cell.component(), cell.provider(), OTHER, cell.tier(), OTHER);
        }
        return new Cell(lastBudget, OTHER, OTHER, OTHER, cell.tier(), OTHER);
    }

    private static int fullDetailMax(int max) {
        return max / 10 * 9;
    }

    private static int foldedMax(int max) {
        return max - Tier.values().length;
    }
}
