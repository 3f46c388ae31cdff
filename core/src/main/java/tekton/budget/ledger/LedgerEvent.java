package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.List;
import java.util.Locale;

/**
 * What the ledger has decided or noted. Facts: folding them in their order gives the ledger's
 * state.
 */
public sealed interface LedgerEvent {

    /** The budget. */
    String budgetId();

    /** When, in epoch milliseconds of ledger time. */
    long atMs();

    /** The outcome of a request. */
    sealed interface LedgerDecision extends LedgerEvent {
        /** The request that it answers. */
        String requestId();
    }

    /** A budget was made or changed. The policies are those that came with it. */
    record BudgetDefined(String requestId, Budget budget, List<Policy> policies, long atMs)
            implements LedgerDecision {
        public BudgetDefined {
            policies = List.copyOf(policies);
        }

        @Override
        public String budgetId() {
            return budget.budgetId();
        }
    }

    /** A policy was made or changed. */
    record PolicyDefined(String requestId, Policy policy, long atMs) implements LedgerDecision {
        @Override
        public String budgetId() {
            return policy.budgetId();
        }
    }

    /** Nobody needs to know any more what was moved away from a policy that is gone. */
    record PolicyForgotten(String budgetId, String policyId, long atMs) implements LedgerEvent {}

    /**
     * An allocation was granted.
     *
     * @param warnings the warnings and soft limits that it touches
     * @param overridden the hard limits that its priority passed
     */
    record AllocationGranted(
            String requestId,
            Allocation allocation,
            List<Standing> warnings,
            List<Standing> overridden,
            long atMs)
            implements LedgerDecision {
        public AllocationGranted {
            warnings = List.copyOf(warnings);
            overridden = List.copyOf(overridden);
        }

        @Override
        public String budgetId() {
            return allocation.budgetId();
        }
    }

    /**
     * An allocation was released, or had ended already.
     *
     * @param allocation as it is now
     * @param releasedTokens how many went back to the budget; 0 when it had ended already
     */
    record AllocationReleased(
            String requestId, Allocation allocation, long releasedTokens, long atMs)
            implements LedgerDecision {
        @Override
        public String budgetId() {
            return allocation.budgetId();
        }
    }

    /**
     * A request was refused.
     *
     * @param asked what was asked for, if that was an allocation; null otherwise
     */
    record RequestRefused(
            String requestId,
            String budgetId,
            Refusal refusal,
            long atMs,
            @Nullable RefusedAllocation asked)
            implements LedgerDecision {

        /** A request for something else than an allocation. */
        public RequestRefused(String requestId, String budgetId, Refusal refusal, long atMs) {
            this(requestId, budgetId, refusal, atMs, null);
        }

        /** The same of an allocation. */
        public RequestRefused of(RefusedAllocation allocation) {
            return new RequestRefused(requestId, budgetId, refusal, atMs, allocation);
        }
    }

    /**
     * A request was made again, and the first decision stands.
     *
     * @param first the first decision
     */
    record RequestRepeated(String requestId, LedgerDecision first, long atMs)
            implements LedgerDecision {
        @Override
        public String budgetId() {
            return first.budgetId();
        }
    }

    /**
     * Usage was spent.
     *
     * @param scope where it belongs
     * @param hour the UTC hour of its records' timestamps, or the part of it that they were counted
     *     by
     * @param totals what was used
     * @param allocationId the allocation that it draws down, open or ended; null when it draws none
     * @param mismatched true when it is of another context, or outside the allocation's scope
     */
    record UsageSpent(
            String budgetId,
            Scope scope,
            EpochMinute hour,
            Totals totals,
            @Nullable String allocationId,
            boolean mismatched,
            long atMs)
            implements LedgerEvent {}

    /**
     * An allocation ended by itself.
     *
     * @param allocation as it is now: exhausted or expired
     * @param returnedTokens how many went back to the budget
     */
    record AllocationEnded(Allocation allocation, long returnedTokens, long atMs)
            implements LedgerEvent {
        @Override
        public String budgetId() {
            return allocation.budgetId();
        }
    }

    /**
     * Something about usage that names an allocation, for an operator to hear of.
     *
     * @param allocationId the allocation that it names
     * @param flag what
     * @param scope where the usage belongs
     * @param tokens how many tokens are concerned
     */
    record UsageFlagged(
            String budgetId, String allocationId, Flag flag, Scope scope, long tokens, long atMs)
            implements LedgerEvent {

        /** What is the matter. */
        public enum Flag {
            /** No such allocation: counted as unallocated. */
            UNKNOWN_ALLOCATION,
            /** The allocation had ended: counted as unallocated. */
            CLOSED_ALLOCATION,
            /** More was used than was reserved: counted in full. */
            OVER_USED,
            /** It cost more than was held for it: counted in full. */
            OVER_COST,
            /** The usage does not belong where the allocation was asked for. */
            SCOPE_MISMATCH;

            private final String wireName = name().toLowerCase(Locale.ROOT);

            /** The name on the wire. */
            public String wireName() {
                return wireName;
            }
        }
    }

    /**
     * A policy's window crossed a threshold, up or down; also when it ended above one.
     *
     * @param contextId the context, of a limit per session; null for a window
     * @param standing the limit; nothing is asked for
     */
    record LevelCrossed(String budgetId, @Nullable String contextId, Standing standing, long atMs)
            implements LedgerEvent {}
}
