package tekton.budget.metering.ledger.topology;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.Refusal;
import tekton.budget.metering.ledger.topology.LedgerCounters.Outcome;
import tekton.budget.metering.ledger.topology.LedgerCounters.Tokens;
import tekton.budget.metering.query.MeteringFigures.Decision;
import tekton.budget.metering.streams.AgeCounts;
import tekton.budget.metering.streams.OpenCounts;

/** What one task of the ledger has counted in its open transaction. Of one stream thread. */
final class OpenDecisions {

    private final OpenCounts<Outcome> outcomes;
    private final OpenCounts<DeadLetter.Reason> deadLetters;
    private final OpenCounts<Decision> decisions;
    private final OpenCounts<Refusal.RefusalCode> refusals;
    private final OpenCounts<Allocation.AllocationState> ended;
    private final OpenCounts<Tokens> tokens;
    private final AgeCounts.Open age;

    OpenDecisions(LedgerCounters counters) {
        outcomes = new OpenCounts<>(counters, Outcome.class);
        deadLetters = new OpenCounts<>(counters.deadLetters(), DeadLetter.Reason.class);
        decisions = new OpenCounts<>(counters.decisions(), Decision.class);
        refusals = new OpenCounts<>(counters.refusals(), Refusal.RefusalCode.class);
        ended = new OpenCounts<>(counters.ended(), Allocation.AllocationState.class);
        tokens = new OpenCounts<>(counters.tokens(), Tokens.class);
        age = new AgeCounts.Open(counters.ages());
    }

    void add(Outcome outcome) {
        outcomes.add(outcome);
    }

    void add(DeadLetter.Reason reason) {
        deadLetters.add(reason);
    }

    /** What was appended then, epoch milliseconds, has been decided or booked. */
    void read(long appendedMs) {
        age.read(appendedMs);
    }

    void add(LedgerEvent event) {
        switch (event) {
            case LedgerEvent.BudgetDefined _ -> decisions.add(Decision.BUDGET_DEFINED);
            case LedgerEvent.PolicyDefined _ -> decisions.add(Decision.POLICY_DEFINED);
            case LedgerEvent.AllocationGranted granted -> {
                decisions.add(Decision.GRANTED);
                tokens.add(Tokens.GRANTED, granted.allocation().tokens());
            }
            case LedgerEvent.AllocationReleased released -> {
                decisions.add(Decision.RELEASED);
                if (released.releasedTokens() > 0 || freesFeesOnly(released)) {
                    ended(released.allocation(), released.releasedTokens());
                }
            }
            case LedgerEvent.AllocationEnded end -> ended(end.allocation(), end.returnedTokens());
            case LedgerEvent.RequestRepeated _ -> decisions.add(Decision.REPEATED);
            case LedgerEvent.RequestRefused refused -> refusals.add(refused.refusal().code());
            case LedgerEvent.PolicyForgotten _,
                    LedgerEvent.UsageFlagged _,
                    LedgerEvent.UsageSpent _,
                    LedgerEvent.LevelCrossed _ -> {
                // The metering counts usage; alerting tells of the others.
            }
        }
    }

    void committed(long nowMs) {
        outcomes.committed();
        deadLetters.committed();
        decisions.committed();
        refusals.committed();
        ended.committed();
        tokens.committed();
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
        ended.add(allocation.state());
        tokens.add(Tokens.RETURNED, returned);
    }
}
