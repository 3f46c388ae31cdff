package tekton.budget.metering.usage;

import tekton.budget.event.LedgerDelta;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.TotalsFeed.TotalsDelta;
import tekton.budget.ledger.LedgerEvent.LevelCrossed;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.List;

/**
 * What a commit writes and tells of the records counted since the last one.
 *
 * @param contexts every context that has changed
 * @param contextHours every cell of a context that has changed
 * @param crossed the limits per session that were carried over a threshold
 * @param deltas for the ledger
 * @param counted for the totals of budgets and components: the same as the deltas, without the
 *     allocations
 * @param users every user who has changed
 */
public record UsageChanges(
        List<ChangedContext> contexts,
        List<ChangedHour> contextHours,
        List<LevelCrossed> crossed,
        List<LedgerDelta> deltas,
        List<TotalsDelta> counted,
        List<ChangedUser> users) {

    /** What a context has used now. */
    public record ChangedContext(String contextId, ContextUse use) {}

    /**
     * What a context has used in one cell of time now.
     *
     * @param hour where the cell begins
     */
    public record ChangedHour(String contextId, EpochMinute hour, HourUse use) {}

    /**
     * What a user has used now in this partition.
     *
     * @param totals in all
     * @param cells every cell that has changed
     * @param counts of how many cells there are, where that has changed
     */
    public record ChangedUser(
            String userId, Totals totals, List<UserCell> cells, List<CellsOfHour> counts) {}

    /**
     * What a user has used in one cell now.
     *
     * @param hour where the cell begins
     */
    public record UserCell(Cell cell, EpochMinute hour, Totals totals) {}

    /** How many cells of a user begin at a time. */
    public record CellsOfHour(EpochMinute hour, int cells) {}
}
