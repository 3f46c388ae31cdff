package tekton.budget.metering.ledger.topology;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.metering.metrics.LedgerMetrics;
import tekton.budget.metering.metrics.LedgerMetrics.Decision;
import tekton.budget.metering.metrics.OpenAge;
import tekton.budget.metering.metrics.OpenCounts;

/** What one task of the ledger has counted in its open transaction. Of one stream thread. */
final class OpenDecisions {

    private final LedgerMetrics metrics;
    private final OpenCounts counts = new OpenCounts();
    private final OpenAge age;

    OpenDecisions(LedgerMetrics metrics) {
        this.metrics = metrics;
        age = new OpenAge(metrics.age());
    }

    /** Notes that a record was read before. */
    void skipped() {
        counts.add(metrics.skipped());
    }

    void add(DeadLetter.Reason reason) {
        counts.add(metrics.deadLetters(), reason);
    }

    /** What was appended then, epoch milliseconds, has been decided or booked. */
    void read(long appendedMs) {
        age.read(appendedMs);
    }

    void add(LedgerEvent event) {
        switch (event) {
            case LedgerEvent.BudgetDefined _ ->
                    counts.add(metrics.decisions(), Decision.BUDGET_DEFINED);
            case LedgerEvent.PolicyDefined _ ->
                    counts.add(metrics.decisions(), Decision.POLICY_DEFINED);
            case LedgerEvent.AllocationGranted granted -> {
                counts.add(metrics.decisions(), Decision.GRANTED);
                counts.add(metrics.tokensGranted(), granted.allocation().tokens());
            }
            case LedgerEvent.AllocationReleased released -> {
                counts.add(metrics.decisions(), Decision.RELEASED);
                if (released.releasedTokens() > 0 || freesFeesOnly(released)) {
                    ended(released.allocation(), released.releasedTokens());
                }
            }
            case LedgerEvent.AllocationEnded end -> ended(end.allocation(), end.returnedTokens());
            case LedgerEvent.RequestRepeated _ ->
                    counts.add(metrics.decisions(), Decision.REPEATED);
            case LedgerEvent.RequestRefused refused ->
                    counts.add(metrics.refusals(), refused.refusal().code());
            case LedgerEvent.PolicyForgotten _,
                    LedgerEvent.UsageFlagged _,
                    LedgerEvent.UsageSpent _,
                    LedgerEvent.LevelCrossed _ -> {
                // The metering counts usage; alerting tells of the others.
            }
        }
    }

    void committed(long nowMs) {
        counts.committed();
        age.committed(nowMs);
    }

    /**
     * An open one may have no tokens left and still hold fees; one that had ended did so before.
     */
    private static boolean freesFeesOnly(LedgerEvent.AllocationReleased released) {
        Allocation allocation = released.allocation();
        return allocation.state() == Allocation.AllocationState.RELEASED
                && allocation.undrawnTokens() == 0
                && allocation.updatedAtMs() == released.atMs();
    }

    private void ended(Allocation allocation, long returned) {
        counts.add(metrics.ended(), allocation.state());
        counts.add(metrics.tokensReturned(), returned);
    }
}
