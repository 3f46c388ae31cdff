package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.State;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Refusal.Code;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How budgets are made and changed. */
final class BudgetRules {

    private BudgetRules() {}

    static LedgerEvent.Decision create(LedgerView view, CreateBudget request, long atMs) {
        String budgetId = request.head().budgetId();
        if (view.budget(budgetId) != null) {
            return Refusals.refused(
                    request.head(),
                    Code.RESOURCE_EXISTS,
                    "budget_id: there is a budget %s already".formatted(budgetId),
                    atMs);
        }
        if (budgetId.isEmpty() || budgetId.indexOf('.') >= 0) {
            return Refusals.refused(
                    request.head(),
                    Code.INVALID,
                    "budget_id: %s (expected: a name without a dot)".formatted(budgetId),
                    atMs);
        }
        if (!Zones.isUsable(request.zone(), atMs)) {
            return Refusals.refused(
                    request.head(),
                    Code.INVALID,
                    "zone: %s (expected: a time zone whole hours from UTC)"
                            .formatted(request.zone()),
                    atMs);
        }
        List<Policy> policies =
                request.withDefaultPolicies() ? DefaultPolicies.of(budgetId, atMs) : List.of();
        return new BudgetDefined(
                request.head().requestId(),
                new Budget(
                        budgetId,
                        request.name(),
                        request.description(),
                        request.owner(),
                        request.zone(),
                        true,
                        request.metadata(),
                        atMs,
                        atMs),
                policies,
                atMs);
    }

    /** A budget that is inactive afterwards has no open allocation: they end before it changes. */
    static List<LedgerEvent> update(LedgerView view, UpdateBudget request, long atMs) {
        Budget before = view.budget(request.head().budgetId());
        if (before == null) {
            return List.of(Refusals.noBudget(request.head(), atMs));
        }
        Budget after =
                new Budget(
                        before.budgetId(),
                        orElse(request.name(), before.name()),
                        request.description() == null
                                ? before.description()
                                : request.description(),
                        request.owner() == null ? before.owner() : request.owner(),
                        before.zone(),
                        orElse(request.active(), before.active()),
                        orElse(request.metadata(), before.metadata()),
                        before.createdAtMs(),
                        atMs);
        List<LedgerEvent> events = new ArrayList<>();
        if (!after.active()) {
            releaseAll(view, after.budgetId(), atMs, events);
        }
        events.add(new BudgetDefined(request.head().requestId(), after, List.of(), atMs));
        return events;
    }

    private static void releaseAll(
            LedgerView view, String budgetId, long atMs, List<LedgerEvent> events) {
        List<Allocation> open = new ArrayList<>();
        view.forEachOpen(budgetId, open::add);
        open.sort(
                Comparator.comparingLong(Allocation::createdAtMs)
                        .thenComparing(Allocation::allocationId));
        for (Allocation each : open) {
            events.add(
                    new AllocationEnded(
                            LifeCycle.ended(each, State.RELEASED, atMs),
                            each.undrawnTokens(),
                            atMs));
        }
    }

    private static <T> T orElse(@Nullable T wanted, T otherwise) {
        return wanted == null ? otherwise : wanted;
    }
}
