package tekton.budget.metering.ledger.rules;

import tekton.budget.event.LedgerDelta;
import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.LedgerRequest.CreateBudget;
import tekton.budget.ledger.LedgerRequest.PlacePolicy;
import tekton.budget.ledger.LedgerRequest.PutPolicy;
import tekton.budget.ledger.LedgerRequest.ReleaseAllocation;
import tekton.budget.ledger.LedgerRequest.Repeat;
import tekton.budget.ledger.LedgerRequest.UpdateBudget;
import tekton.budget.ledger.LedgerRequest.UpdatePolicy;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.ledger.RefusedAllocation;

import java.util.List;

/**
 * Says what follows from an input, and changes nothing. Whatever is wrong with a request is a
 * refusal with a code; nothing is thrown but what the rows throw.
 *
 * <p>Of several reasons the first in this order is given, for each kind of request:
 *
 * <table>
 *   <caption>Refusals in their order of precedence</caption>
 *   <tr><th>code<th>because<th>requests
 *   <tr><td>{@code CATCHING_UP}<td>too many allocations are due to end<td>allocate
 *   <tr><td>{@code IDEMPOTENCY_CONFLICT}<td>the key belongs to another request<td>all
 *   <tr><td>{@code RESOURCE_EXISTS}<td>the id is taken<td>create budget, put policy with a scope of
 *       its own, allocate
 *   <tr><td>{@code BUDGET_NOT_FOUND}<td>there is no such budget<td>all but create budget and
 *       release, which names an allocation and not a budget
 *   <tr><td>{@code POLICY_NOT_FOUND}<td>the budget has no such policy<td>update and
 *       place policy
 *   <tr><td>{@code ALLOCATION_NOT_FOUND}<td>the budget never had it, or it is forgotten<td>release
 *   <tr><td>{@code BUDGET_INACTIVE}<td>the budget has been deactivated<td>allocate
 *   <tr><td>{@code INVALID}<td>a value is out of its bounds<td>create budget, put and update
 *       policy, allocate
 *   <tr><td>{@code TOO_MANY}<td>the budget, or the ledger, is full<td>create budget, put policy with
 *       a scope of its own, allocate
 *   <tr><td>{@code PRICE_UNKNOWN}<td>a hard limit on cost applies<td>allocate, priority below 10
 *   <tr><td>{@code INSUFFICIENT_BUDGET}<td>a hard limit leaves too little<td>allocate, priority
 *       below 10
 * </table>
 */
final class Decider {

    private final LedgerView view;
    private final LedgerBounds bounds;

    Decider(LedgerView view, LedgerBounds bounds) {
        this.view = view;
        this.bounds = bounds;
    }

    /** What a request leads to; the last event is the decision. */
    List<LedgerEvent> request(LedgerRequest request, long atMs) {
        List<LedgerEvent> events = decide(request, atMs);
        return request instanceof Allocate asked
                        && events.getLast() instanceof RequestRefused refused
                ? List.of(
                        refused.of(
                                new RefusedAllocation(
                                        asked.contextId(),
                                        asked.scope(),
                                        asked.model(),
                                        asked.tokens())))
                : events;
    }

    private List<LedgerEvent> decide(LedgerRequest request, long atMs) {
        Repeat repeat = request.head().repeat();
        if (repeat != null) {
            Decided first = view.decided(request.head().budgetId(), repeat.key());
            if (first != null && atMs - first.atMs() < Decided.KEPT_MS) {
                return List.of(again(request, repeat, first, atMs));
            }
        }
        return switch (request) {
            case CreateBudget create -> List.of(BudgetRules.create(view, create, bounds, atMs));
            case UpdateBudget update -> BudgetRules.update(view, update, atMs);
            case PutPolicy put -> PolicyRules.put(view, put, bounds, atMs);
            case PlacePolicy place -> List.of(PolicyRules.place(view, place, atMs));
            case UpdatePolicy update -> List.of(PolicyRules.update(view, update, atMs));
            case Allocate allocate ->
                    List.of(AllocationRules.allocate(view, allocate, bounds, atMs));
            case ReleaseAllocation release -> List.of(AllocationRules.release(view, release, atMs));
        };
    }

    /** What usage leads to. */
    List<LedgerEvent> delta(LedgerDelta delta, long atMs) {
        return SpendRules.spend(view, delta, atMs);
    }

    /** The ends of allocations that are due, at most so many. */
    List<LedgerEvent> expire(long atMs, int limit) {
        List<Allocation> due = view.due(atMs, limit);
        return due.stream().<LedgerEvent>map(each -> AllocationRules.expire(each, atMs)).toList();
    }

    private static LedgerEvent.LedgerDecision again(
            LedgerRequest request, Repeat repeat, Decided first, long atMs) {
        if (first.fingerprint().equals(repeat.fingerprint())) {
            return new RequestRepeated(request.head().requestId(), first.decision(), atMs);
        }
        return Refusals.refused(
                request.head(),
                RefusalCode.IDEMPOTENCY_CONFLICT,
                "Idempotency-Key: %s was used for another request".formatted(repeat.key()),
                atMs);
    }
}
