package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.LedgerDelta;
import tekton.budget.event.TotalsFeed;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.UsageFlagged;
import tekton.budget.ledger.LedgerEvent.UsageFlagged.Flag;
import tekton.budget.ledger.LedgerEvent.UsageSpent;
import tekton.budget.ledger.Scope;

import java.util.ArrayList;
import java.util.List;

/** What follows from usage. It is a fact: it always counts, in full. */
final class SpendRules {

    private SpendRules() {}

    static List<LedgerEvent> spend(LedgerView view, LedgerDelta delta, long atMs) {
        TotalsFeed.Cell cell = delta.cell();
        Scope scope = new Scope(cell.tier(), cell.provider(), cell.component(), cell.taskType());
        String named = delta.allocationId();
        if (named == null) {
            return List.of(spent(delta, scope, null, false, atMs));
        }
        Allocation allocation = view.allocation(named);
        if (allocation == null || !allocation.budgetId().equals(cell.budgetId())) {
            return List.of(
                    spent(delta, scope, null, false, atMs),
                    flagged(delta, scope, named, Flag.UNKNOWN_ALLOCATION, atMs));
        }
        boolean mismatched = isMismatched(delta, scope, allocation);
        if (!allocation.isOpen()) {
            return drawnLate(delta, scope, allocation, mismatched, atMs);
        }
        return drawn(view, delta, scope, allocation, mismatched, atMs);
    }

    private static boolean isMismatched(LedgerDelta delta, Scope scope, Allocation allocation) {
        return !allocation.scope().covers(scope)
                || !allocation.contextId().equals(delta.contextId());
    }

    /**
     * It came behind the end: a release overtook its delta, or the allocation was used up. What the
     * allocation has used is what named it, whatever came first; nothing is held for it, and its
     * context has used it too, or a limit per session could be emptied by releasing early.
     */
    private static List<LedgerEvent> drawnLate(
            LedgerDelta delta, Scope scope, Allocation ended, boolean mismatched, long atMs) {
        Flag flag =
                ended.state() == AllocationState.EXHAUSTED
                        ? Flag.OVER_USED
                        : Flag.CLOSED_ALLOCATION;
        return List.of(
                spent(delta, scope, ended.allocationId(), mismatched, atMs),
                flagged(delta, scope, ended.allocationId(), flag, atMs));
    }

    private static UsageFlagged flagged(
            LedgerDelta delta, Scope scope, String named, Flag flag, long atMs) {
        long tokens = SpentTokens.of(delta.totals()).amount().tokens();
        return new UsageFlagged(delta.cell().budgetId(), named, flag, scope, tokens, atMs);
    }

    private static List<LedgerEvent> drawn(
            LedgerView view,
            LedgerDelta delta,
            Scope scope,
            Allocation before,
            boolean mismatched,
            long atMs) {
        SpentTokens spent = SpentTokens.of(delta.totals());
        long requests = delta.totals().recordCount();
        Allocation after = LifeCycle.drawn(before, spent, requests, mismatched, atMs);
        String id = before.allocationId();
        List<LedgerEvent> events = new ArrayList<>(2);
        events.add(spent(delta, scope, id, mismatched, atMs));
        if (mismatched && !before.mismatched()) {
            events.add(flagged(delta, scope, id, Flag.SCOPE_MISMATCH, atMs));
        }
        long over = after.usedTokens() - after.tokens();
        if (over > 0) {
            events.add(new UsageFlagged(before.budgetId(), id, Flag.OVER_USED, scope, over, atMs));
        }
        if (over <= 0
                && after.costsMoreThanHeld()
                && !before.costsMoreThanHeld()
                && Limits.costIsEnforced(view, after)) {
            events.add(flagged(delta, scope, id, Flag.OVER_COST, atMs));
        }
        // One whose tokens are used up still holds the fees of the requests that it has left.
        if (over > 0 || after.reserved().isZero()) {
            events.add(
                    new AllocationEnded(
                            LifeCycle.ended(after, AllocationState.EXHAUSTED, atMs), 0, atMs));
        }
        return events;
    }

    private static UsageSpent spent(
            LedgerDelta delta, Scope scope, @Nullable String drawn, boolean mismatched, long atMs) {
        return new UsageSpent(
                delta.cell().budgetId(),
                scope,
                delta.hour(),
                delta.totals(),
                drawn,
                mismatched,
                atMs);
    }
}
