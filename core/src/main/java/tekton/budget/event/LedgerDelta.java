package tekton.budget.event;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

/**
 * What was spent since the last commit, per scope, hour and allocation. One delta adds the spend
 * and draws the allocation down, so there is no instant in between.
 *
 * @param cell budget and scope; its model is not looked at
 * @param hour where their cell begins, see {@link TotalsFeed.TotalsDelta}
 * @param allocationId the allocation that the records named
 * @param contextId the context of the records; only with an allocation
 * @param totals what was spent
 */
public record LedgerDelta(
        TotalsFeed.Cell cell,
        EpochMinute hour,
        @Nullable String allocationId,
        @Nullable String contextId,
        Totals totals)
        implements LedgerFeed {}
