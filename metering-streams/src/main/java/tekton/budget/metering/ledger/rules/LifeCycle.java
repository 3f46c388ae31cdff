package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Allocation.RequestCount;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.value.Money;

/** An allocation from its grant to its end. */
final class LifeCycle {

    private LifeCycle() {}

    /** An open one, as asked for. */
    static Allocation granted(
            LedgerRequest.Allocate request,
            @Nullable HoldPrice price,
            long expiresAtMs,
            boolean overrode,
            long atMs) {
        Long maxRequests = request.maxRequests();
        return new Allocation(
                request.allocationId(),
                request.head().budgetId(),
                request.contextId(),
                request.scope(),
                request.model(),
                request.priority(),
                request.tokens(),
                price,
                0,
                0,
                Money.ZERO,
                AllocationState.OPEN,
                atMs,
                expiresAtMs,
                atMs,
                overrode,
                false,
                request.metadata(),
                request.serviceTier(),
                maxRequests == null ? null : new RequestCount(maxRequests, 0));
    }

    /** Drawn down by usage, in full even when that is more than it has left. */
    static Allocation drawn(
            Allocation allocation, SpentTokens more, long requests, boolean mismatched, long atMs) {
        SpentTokens spent =
                new SpentTokens(
                                allocation.inputTokens(),
                                allocation.outputTokens(),
                                allocation.cost())
                        .plus(more);
        return changed(
                allocation,
                spent,
                // Both are bounded far below the end of a long, for as long as it is remembered.
                new RequestCount(allocation.requestsMax(), allocation.requestsUsed() + requests),
                allocation.state(),
                allocation.mismatched() || mismatched,
                atMs);
    }

    /** Ended in that way. */
    static Allocation ended(Allocation allocation, AllocationState state, long atMs) {
        SpentTokens spent =
                new SpentTokens(
                        allocation.inputTokens(), allocation.outputTokens(), allocation.cost());
        return changed(
                allocation, spent, allocation.requests(), state, allocation.mismatched(), atMs);
    }

    private static Allocation changed(
            Allocation from,
            SpentTokens spent,
            @Nullable RequestCount requests,
            AllocationState state,
            boolean mismatched,
            long atMs) {
        return new Allocation(
                from.allocationId(),
                from.budgetId(),
                from.contextId(),
                from.scope(),
                from.model(),
                from.priority(),
                from.tokens(),
                from.price(),
                spent.input(),
                spent.output(),
                spent.cost(),
                state,
                from.createdAtMs(),
                from.expiresAtMs(),
                atMs,
                from.overrode(),
                mismatched,
                from.metadata(),
                from.serviceTier(),
                requests);
    }
}
