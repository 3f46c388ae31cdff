package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.value.CellWidth;
import tekton.budget.value.Shown;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How budgets are made and changed. */
final class BudgetRules {

    private BudgetRules() {}

    static LedgerEvent.LedgerDecision create(
            LedgerView view, CreateBudget request, LedgerBounds bounds, long atMs) {
        String budgetId = request.head().budgetId();
        if (view.budget(budgetId) != null) {
            return Refusals.refused(
                    request.head(),
                    RefusalCode.RESOURCE_EXISTS,
                    "budget_id: there is a budget %s already".formatted(Shown.text(budgetId)),
                    atMs);
        }
        if (budgetId.isEmpty() || budgetId.indexOf('.') >= 0) {
            return Refusals.refused(
                    request.head(),
                    RefusalCode.INVALID,
                    "budget_id: %s (expected: a name without a dot)"
                            .formatted(Shown.text(budgetId)),
                    atMs);
        }
        if (CellWidth.ofBudget(request.zone(), atMs).isEmpty()) {
            return Refusals.refused(
                    request.head(),
                    RefusalCode.INVALID,
                    "zone: %s (expected: a time zone whole quarters of an hour from UTC, such as Asia/Kolkata)"
                            .formatted(Shown.text(request.zone())),
                    atMs);
        }
        int count = view.budgetCount();
        if (count >= bounds.budgetsMax()) {
            return Refusals.refused(
                    request.head(),
                    RefusalCode.TOO_MANY,
                    "budget_id: there are %d budgets already where %s would be kept (expected: at most %d)"
                            .formatted(count, budgetId, bounds.budgetsMax()),
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

    /** What is open in a budget that becomes inactive ends before it, as far as one step may go. */
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
            events.addAll(released(view, after.budgetId(), LedgerBounds.ENDED_AT_ONCE, atMs));
        }
        events.add(new BudgetDefined(request.head().requestId(), after, List.of(), atMs));
        return events;
    }

    /** The ends of open allocations of a budget, at most so many, the oldest of them first. */
    static List<LedgerEvent> released(LedgerView view, String budgetId, int limit, long atMs) {
        return view.open(budgetId, limit).stream()
                .sorted(
                        Comparator.comparingLong(Allocation::createdAtMs)
                                .thenComparing(Allocation::allocationId))
                .<LedgerEvent>map(
                        each ->
                                new AllocationEnded(
                                        LifeCycle.ended(each, AllocationState.RELEASED, atMs),
                                        each.undrawnTokens(),
                                        atMs))
                .toList();
    }

    private static <T> T orElse(@Nullable T wanted, T otherwise) {
        return wanted == null ? otherwise : wanted;
    }
}
