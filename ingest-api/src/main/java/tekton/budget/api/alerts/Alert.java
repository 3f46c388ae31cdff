package tekton.budget.api.alerts;

import org.jspecify.annotations.Nullable;

import tekton.budget.alert.AlertOutcome.Acknowledged;
import tekton.budget.event.BudgetEvent;

/**
 * A budget event, who has seen it, and until when nobody wants to.
 *
 * @param partition where it stands
 * @param seen who has seen it; null when nobody has said so
 * @param putOffUntilMs what was said last of how long it is snoozed, epoch milliseconds, which may
 *     be over; null when nothing was, or that it is no more
 */
record Alert(
        BudgetEvent event,
        int partition,
        @Nullable Acknowledged seen,
        @Nullable Long putOffUntilMs) {

    /** Until when it is snoozed, epoch milliseconds; null when it is not, at that time. */
    @Nullable Long snoozedUntilMs(long nowMs) {
        return putOffUntilMs != null && nowMs < putOffUntilMs ? putOffUntilMs : null;
    }
}
