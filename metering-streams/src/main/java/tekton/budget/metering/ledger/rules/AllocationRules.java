package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.RateClass;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.AllocationEnded;
import tekton.budget.ledger.LedgerEvent.AllocationGranted;
import tekton.budget.ledger.LedgerEvent.AllocationReleased;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.LedgerRequest.RequestHead;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.value.Shown;

import java.util.Comparator;

/** How allocations are granted, and how they end without being used up. */
final class AllocationRules {

    private AllocationRules() {}

    static LedgerEvent.LedgerDecision allocate(
            LedgerView view, Allocate request, LedgerBounds bounds, long atMs) {
        RequestHead head = request.head();
        if (view.allocation(request.allocationId()) != null) {
            return Refusals.refused(
                    head,
                    RefusalCode.RESOURCE_EXISTS,
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
            return Refusals.refused(head, RefusalCode.INVALID, problem, atMs);
        }
        int open = view.openCount(head.budgetId());
        if (open >= bounds.openMax()) {
            return Refusals.refused(
                    head,
                    RefusalCode.TOO_MANY,
                    "budget_id: %s has %d open allocations (expected: at most %d)"
                            .formatted(head.budgetId(), open, bounds.openMax()),
                    atMs);
        }
        return weigh(view, budget, request, expiresAtMs, atMs);
    }

    /** Repeating it changes nothing, and says so. */
    static LedgerEvent.LedgerDecision release(
            LedgerView view, ReleaseAllocation request, long atMs) {
        RequestHead head = request.head();
        Allocation allocation = view.allocation(request.allocationId());
        if (allocation == null || !allocation.budgetId().equals(head.budgetId())) {
            return Refusals.refused(
                    head,
                    RefusalCode.ALLOCATION_NOT_FOUND,
                    "allocation_id: there is no allocation " + request.allocationId(),
                    atMs);
        }
        if (!allocation.isOpen()) {
            return new AllocationReleased(head.requestId(), allocation, 0, atMs);
        }
        return new AllocationReleased(
                head.requestId(),
                LifeCycle.ended(allocation, AllocationState.RELEASED, atMs),
                allocation.undrawnTokens(),
                atMs);
    }

    static AllocationEnded expire(Allocation due, long atMs) {
        return new AllocationEnded(
                LifeCycle.ended(due, AllocationState.EXPIRED, atMs), due.undrawnTokens(), atMs);
    }

    private static LedgerEvent.LedgerDecision weigh(
            LedgerView view, Budget budget, Allocate request, long expiresAtMs, long atMs) {
        HoldPrice price = kept(view, request);
        LimitCheck weighing = LimitCheck.of(view, budget, request, price, atMs);
        boolean passes = request.priority() >= Allocation.PRIORITY_OVERRIDE;
        if (!passes && !weighing.unpriced().isEmpty()) {
            return Refusals.noPrice(request.head(), weighing.unpriced(), atMs);
        }
        if (!passes && !weighing.blocking().isEmpty()) {
            return Refusals.tooLittle(request, price, weighing.blocking(), atMs);
        }
        return new AllocationGranted(
                request.head().requestId(),
                LifeCycle.granted(
                        request, price, expiresAtMs, !weighing.blocking().isEmpty(), atMs),
                weighing.warnings(),
                weighing.blocking(),
                atMs);
    }

    /** What it is held at, with what the budget's cost limits need to tell apart. */
    private static @Nullable HoldPrice kept(LedgerView view, Allocate request) {
        HoldPrice price = request.price();
        if (price == null || price.parts() == null) {
            return price;
        }
        return price.keptFor(
                view.policies(request.head().budgetId()).stream()
                        .filter(policy -> policy.costLimit() != null)
                        // Of so many that not all are told apart, those that refuse come first.
                        .sorted(Comparator.comparing(policy -> !policy.isEnforced()))
                        .map(Policy::scope)
                        .filter(scope -> scope.mayCover(request.scope()))
                        .toList());
    }

    /** How many requests may draw on it. */
    static long requests(Allocate request) {
        Long max = request.maxRequests();
        return max == null ? Allocation.REQUESTS_DEFAULT : max;
    }

    private static long expiry(Allocate request, long atMs) {
        Long wanted = request.expiresAtMs();
        return wanted == null ? atMs + Allocation.LIFE_DEFAULT.toMillis() : wanted;
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
        long requests = requests(request);
        if (requests < 1 || requests > Allocation.REQUESTS_MAX) {
            return "max_requests: %d (expected: 1 to %d)"
                    .formatted(requests, Allocation.REQUESTS_MAX);
        }
        HoldPrice price = request.price();
        return price == null ? null : problemOf(price, request.tokens());
    }

    private static @Nullable String problemOf(HoldPrice price, long tokens) {
        String problem = problemOf(tokens, price.ratePico(), price.requestPico());
        if (price.parts() != null) {
            for (HoldPrice.HoldPart part : price.parts()) {
                problem =
                        problem == null
                                ? problemOf(tokens, part.ratePico(), part.requestPico())
                                : problem;
            }
        }
        if (price.longContext() != null) {
            for (HoldPrice.LongContextPrice size : price.longContext()) {
                problem = problem == null ? problemOf(size, tokens) : problem;
            }
        }
        return problem;
    }

    private static @Nullable String problemOf(HoldPrice.LongContextPrice size, long tokens) {
        return size.aboveInputTokens() < 0 || size.inputPico() < 0
                ? "long_context: above %d tokens at %d pico-dollars each (expected: at least 0)"
                        .formatted(size.aboveInputTokens(), size.inputPico())
                : problemOf(tokens, Math.max(size.inputPico(), size.ratePico()), null);
    }

    private static @Nullable String problemOf(
            long tokens, long ratePico, @Nullable Long requestPico) {
        if (ratePico < 0 || Math.multiplyHigh(tokens, ratePico) != 0 || tokens * ratePico < 0) {
            return "tokens_allocated: %d at %d pico-dollars each (expected: a cost within %d)"
                    .formatted(tokens, ratePico, Long.MAX_VALUE);
        }
        return requestPico == null || (requestPico >= 0 && requestPico <= RateClass.REQUEST.max())
                ? null
                : "max_requests: at %d pico-dollars each (expected: 0 to %d)"
                        .formatted(requestPico, RateClass.REQUEST.max());
    }
}
