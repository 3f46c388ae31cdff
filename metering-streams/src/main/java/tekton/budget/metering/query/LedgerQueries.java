package tekton.budget.metering.query;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.value.Tier;

import java.util.List;

/**
 * What the ledger keeps, wherever its owner is. Answers may show what was decided a moment before
 * it is committed; the ledger itself never asks here. Any thread; every wait is bounded, but lists
 * read all that their filter does not rule out.
 */
public interface LedgerQueries {

    /** How many of the newest allocations that match can be paged through. */
    int DEPTH_MAX = 10_000;

    /** The budget and its policies. */
    Answer<BudgetView> budget(String budgetId, Consistency after);

    /** Every budget, active ones first, then the oldest first. */
    Answer<List<BudgetView>> budgets(Consistency after);

    /** The policy. */
    Answer<Policy> policy(String policyId, Consistency after);

    /** The allocation, open or ended. */
    Answer<Allocation> allocation(String allocationId, Consistency after);

    /** The oldest open allocation of a context. */
    Answer<Allocation> openAllocationOf(String contextId, Consistency after);

    /**
     * A page of the allocations that match, newest first. Pages that begin behind the newest
     * {@value #DEPTH_MAX} are empty: what lies deeper is found by a narrower filter.
     *
     * @param page which, from 1
     * @param limit how many are on a page
     */
    Answer<AllocationPage> allocations(
            AllocationFilter filter, int page, int limit, Consistency after);

    /**
     * How the enabled policies of a period stand; one entry per policy, oldest first. Empty for
     * periods that are no windows.
     *
     * @param budgetId one budget, or null for all
     * @param nowMs the instant whose windows are asked for, epoch milliseconds
     */
    Answer<List<PolicyView>> standings(
            @Nullable String budgetId, Period period, long nowMs, Consistency after);

    /**
     * What the ledger would decide; advisory, nothing is reserved.
     *
     * @param nowMs the time to decide at, epoch milliseconds
     */
    Answer<LedgerEvent.LedgerDecision> check(
            LedgerRequest.Allocate request, long nowMs, Consistency after);

    /**
     * A budget as it is read.
     *
     * @param budget the budget
     * @param policies its policies, disabled ones included, oldest first
     */
    record BudgetView(Budget budget, List<Policy> policies) {
        public BudgetView {
            policies = List.copyOf(policies);
        }
    }

    /**
     * How a policy stands in its current window.
     *
     * @param policy the policy
     * @param startMs when the window began, epoch milliseconds
     * @param endMs when it ends
     * @param inputTokens input tokens used in it
     * @param outputTokens output tokens used in it
     * @param used what was used in it
     * @param reserved what open allocations hold
     * @param openCount how many open allocations may fall under it
     * @param openTokens how many tokens were granted to them
     */
    record PolicyView(
            Policy policy,
            long startMs,
            long endMs,
            long inputTokens,
            long outputTokens,
            Amount used,
            Amount reserved,
            int openCount,
            long openTokens) {}

    /**
     * Which allocations are wanted; null means any.
     *
     * @param active true for open ones, false for ended ones
     */
    record AllocationFilter(
            @Nullable String budgetId,
            @Nullable String contextId,
            @Nullable String component,
            @Nullable Tier tier,
            @Nullable String provider,
            @Nullable String model,
            @Nullable String taskType,
            @Nullable Boolean active) {}

    /**
     * A page of allocations.
     *
     * @param items the page
     * @param total how many match in all
     */
    record AllocationPage(List<Allocation> items, long total) {
        public AllocationPage {
            items = List.copyOf(items);
        }
    }
}
