package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.HandOver;
import tekton.budget.event.LedgerDelta;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.State;
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
        HandOver.Cell cell = delta.cell();
        Scope scope = new Scope(cell.tier(), cell.provider(), cell.component(), cell.taskType());
        String named = delta.allocationId();
        if (named == null) {
            return List.of(spent(delta, scope, null, atMs));
        }
        Allocation allocation = view.allocation(named);
        if (allocation == null || !allocation.budgetId().equals(cell.budgetId())) {
            return unallocated(delta, scope, named, Flag.UNKNOWN_ALLOCATION, atMs);
        }
        if (!allocation.isOpen()) {
            return unallocated(delta, scope, named, Flag.CLOSED_ALLOCATION, atMs);
        }
        return drawn(delta, scope, allocation, atMs);
    }

    private static List<LedgerEvent> unallocated(
            LedgerDelta delta, Scope scope, String named, Flag flag, long atMs) {
        long tokens = SpentTokens.of(delta.totals()).amount().tokens();
        return List.of(
                spent(delta, scope, null, atMs),
                new UsageFlagged(delta.cell().budgetId(), named, flag, scope, tokens, atMs));
    }

    private static List<LedgerEvent> drawn(
            LedgerDelta delta, Scope scope, Allocation before, long atMs) {
        SpentTokens spent = SpentTokens.of(delta.totals());
        Allocation after = LifeCycle.drawn(before, spent, scope, atMs);
        String id = before.allocationId();
        List<LedgerEvent> events = new ArrayList<>(2);
        events.add(spent(delta, scope, id, atMs));
        if (after.mismatched() && !before.mismatched()) {
            events.add(
                    new UsageFlagged(
                            before.budgetId(),
                            id,
                            Flag.SCOPE_MISMATCH,
                            scope,
                            spent.amount().tokens(),
                            atMs));
        }
        long over = after.usedTokens() - after.tokens();
        if (over > 0) {
            events.add(new UsageFlagged(before.budgetId(), id, Flag.OVER_USED, scope, over, atMs));
        }
        if (over >= 0) {
            events.add(new AllocationEnded(LifeCycle.ended(after, State.EXHAUSTED, atMs), 0, atMs));
        }
        return events;
    }

    private static UsageSpent spent(
            LedgerDelta delta, Scope scope, @Nullable String drawn, long atMs) {
        return new UsageSpent(
                delta.cell().budgetId(), scope, delta.hour(), delta.totals(), drawn, atMs);
    }
}
