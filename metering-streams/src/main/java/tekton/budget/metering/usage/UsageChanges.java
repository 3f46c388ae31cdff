package tekton.budget.metering.usage;

import tekton.budget.event.LedgerDelta;
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
 */
public record UsageChanges(
        List<ChangedContext> contexts,
        List<ChangedHour> contextHours,
        List<LevelCrossed> crossed,
        List<LedgerDelta> deltas,
        List<TotalsDelta> counted) {

    /** What a context has used now. */
    public record ChangedContext(String contextId, ContextUse use) {}

    /**
     * What a context has used in one cell now.
     *
     * @param hour where the cell begins
     */
    public record ChangedHour(String contextId, EpochMinute hour, Totals totals) {}
}
