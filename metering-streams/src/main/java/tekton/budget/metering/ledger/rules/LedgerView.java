package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The rows of a partition of the ledger, to read. */
public interface LedgerView {

    /** Visits every budget, in no order. */
    void forEachBudget(Consumer<Budget> visitor);

    @Nullable Budget budget(String budgetId);

    /** The policies of a budget, disabled ones included, oldest first, then by id. */
    List<Policy> policies(String budgetId);

    /** What a policy counts; {@link PolicyUse#NONE} before its first use. */
    PolicyUse use(Policy policy);

    /** What a context has used and reserved through allocations of a budget, by scope. */
    List<SessionUse> session(String budgetId, String contextId);

    /** The allocation, open or ended, for as long as it is remembered. */
    @Nullable Allocation allocation(String allocationId);

    /** Visits the open allocations of a budget, in no order. */
    void forEachOpen(String budgetId, Consumer<Allocation> visitor);

    /** Open allocations of a budget, at most so many. */
    List<Allocation> open(String budgetId, int limit);

    /** How many budgets there are. */
    int budgetCount();

    /** How many allocations of a budget are open. */
    int openCount(String budgetId);

    /**
     * The open allocations of all budgets that expire at or before a time, earliest first.
     *
     * @param limit the most
     */
    List<Allocation> due(long timeMs, int limit);

    /** The decision remembered under an idempotency key, or null. */
    @Nullable Decided decided(String budgetId, String key);

    /**
     * Visits what a budget has spent in a range of whole UTC hours, by scope; a scope may be
     * visited several times.
     *
     * @param fromMs epoch milliseconds, a full hour
     * @param untilMs epoch milliseconds, a full hour, exclusive
     */
    void forEachSpent(
            String budgetId, long fromMs, long untilMs, BiConsumer<Scope, SpentTokens> visitor);
}
