package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;
import tekton.budget.value.EpochMinute;

/** The rows of a partition of the ledger, to read and to change. Only {@link Evolver} changes. */
public interface LedgerRows extends LedgerView {

    void put(Budget budget);

    void put(Policy policy);

    /** Removes a policy and what it counts. */
    void remove(String budgetId, String policyId);

    void put(Policy policy, PolicyUse use);

    void put(String budgetId, String contextId, SessionUse use);

    /** Keeps an allocation; an open one is found by its expiry too. */
    void put(Allocation allocation);

    /** Remembers a decision under an idempotency key. */
    void put(String budgetId, String key, Decided decided);

    /**
     * Adds to what a budget has spent.
     *
     * @param hour the UTC hour
     */
    void addSpent(String budgetId, Scope scope, EpochMinute hour, SpentTokens spent);
}
