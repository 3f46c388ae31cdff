package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.State;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.AllocationReleased;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.Head;
import tekton.budget.ledger.LedgerRequest.Release;
import tekton.budget.ledger.Refusal.Code;
import tekton.budget.value.Shown;

/** How allocations are granted, and how they end without being used up. */
final class AllocationRules {

    private AllocationRules() {}

    static LedgerEvent.Decision allocate(
            LedgerView view, Allocate request, LedgerBounds bounds, long atMs) {
        Head head = request.head();
        if (view.allocation(request.allocationId()) != null) {
            return Refusals.refused(
                    head,
                    Code.RESOURCE_EXISTS,
                    "allocation_id: there is an allocation %s already"
                            .formatted(request.allocationId()),
                    atMs);
        }
        Budget budget = view.budget(head.budgetId());
        if (budget == null) {
            return Refusals.noBudget(head, atMs);
        }
        if (!budget.active()) {
            return Refusals.inactive(head, budget, atMs);
        }
        long expiresAtMs = expiry(request, atMs);
        String problem = problemOf(request, expiresAtMs, atMs);
        if (problem != null) {
            return Refusals.refused(head, Code.INVALID, problem, atMs);
        }
        int open = view.openCount(head.budgetId());
        if (open >= bounds.openMax()) {
            return Refusals.refused(
                    head,
                    Code.TOO_MANY,
                    "budget_id: %s has %d open allocations (expected: at most %d)"
                            .formatted(head.budgetId(), open, bounds.openMax()),
                    atMs);
        }
        return weigh(view, budget, request, expiresAtMs, atMs);
    }

    /** Repeating it changes nothing, and says so. */
    static LedgerEvent.Decision release(LedgerView view, Release request, long atMs) {
        Head head = request.head();
        Allocation allocation = view.allocation(request.allocationId());
        if (allocation == null || !allocation.budgetId().equals(head.budgetId())) {
            return Refusals.refused(
                    head,
                    Code.ALLOCATION_NOT_FOUND,
                    "allocation_id: there is no allocation " + request.allocationId(),
                    atMs);
        }
        if (!allocation.isOpen()) {
            return new AllocationReleased(head.requestId(), allocation, 0, atMs);
        }
        return new AllocationReleased(
                head.requestId(),
                LifeCycle.ended(allocation, State.RELEASED, atMs),
                allocation.undrawnTokens(),
                atMs);
    }

    static AllocationEnded expire(Allocation due, long atMs) {
        return new AllocationEnded(
                LifeCycle.ended(due, State.EXPIRED, atMs), due.undrawnTokens(), atMs);
    }

    private static LedgerEvent.Decision weigh(
            LedgerView view, Budget budget, Allocate request, long expiresAtMs, long atMs) {
        Weighing weighing = Weighing.of(view, budget, request, atMs);
        boolean passes = request.priority() >= Allocation.PRIORITY_OVERRIDE;
        if (!passes && !weighing.unpriced().isEmpty()) {
            return Refusals.noPrice(request.head(), weighing.unpriced(), atMs);
        }
        if (!passes && !weighing.blocking().isEmpty()) {
            return Refusals.tooLittle(request.head(), weighing.blocking(), atMs);
        }
        return new AllocationGranted(
                request.head().requestId(),
                LifeCycle.granted(request, expiresAtMs, !weighing.blocking().isEmpty(), atMs),
                weighing.warnings(),
                weighing.blocking(),
                atMs);
    }

    private static long expiry(Allocate request, long atMs) {
        Long wanted = request.expiresAtMs();
        return wanted == null ? atMs + LedgerBounds.LIFE_MS : wanted;
    }

    private static @Nullable String problemOf(Allocate request, long expiresAtMs, long atMs) {
        String budgetId = request.head().budgetId();
        if (!PolicyRules.isIdIn(budgetId, request.allocationId())) {
            return "allocation_id: %s (expected: %s, a dot and a name)"
                    .formatted(Shown.text(request.allocationId()), Shown.text(budgetId));
        }
        if (request.tokens() < 1 || request.tokens() > LedgerBounds.TOKENS_MAX) {
            return "tokens_allocated: %d (expected: 1 to %d)"
                    .formatted(request.tokens(), LedgerBounds.TOKENS_MAX);
        }
        if (request.priority() < LedgerBounds.PRIORITY_MIN
                || request.priority() > LedgerBounds.PRIORITY_MAX) {
            return "priority: %d (expected: %d to %d)"
                    .formatted(
                            request.priority(),
                            LedgerBounds.PRIORITY_MIN,
                            LedgerBounds.PRIORITY_MAX);
        }
        if (expiresAtMs <= atMs || expiresAtMs > atMs + LedgerBounds.LIFE_MAX_MS) {
            return "expiration_time: epoch millisecond %d (expected: after %d, at most 35 days)"
                    .formatted(expiresAtMs, atMs);
        }
        HoldPrice price = request.price();
        if (price != null
                && (price.ratePico() < 0
                        || Math.multiplyHigh(request.tokens(), price.ratePico()) != 0
                        || request.tokens() * price.ratePico() < 0)) {
            return "tokens_allocated: %d at %d pico-dollars each (expected: a cost within %d)"
                    .formatted(request.tokens(), price.ratePico(), Long.MAX_VALUE);
        }
        return null;
    }
}
