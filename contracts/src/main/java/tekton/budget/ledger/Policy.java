package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.value.Money;

/**
 * One limit over one period and one scope of a budget. Zero is a limit like any other; absent means
 * none.
 *
 * @param policyId its id: the budget's id, a dot and a name unique in the budget
 * @param budgetId its budget
 * @param type what it does
 * @param period over what it holds
 * @param scope to what it applies; period and scope together are unique in a budget
 * @param tokenLimit the most tokens, at least 0
 * @param costLimit the most money
 * @param warningPpm from which part of the limit on it warns, in millionths, 1 to 1,000,000
 * @param actionPpm from which part on it is urgent, in millionths, at least {@code warningPpm}
 * @param enabled false counts on, and does nothing
 * @param metadata the client's own
 * @param createdAtMs epoch milliseconds of ledger time
 * @param updatedAtMs epoch milliseconds of ledger time
 */
public record Policy(
        String policyId,
        String budgetId,
        PolicyType type,
        Period period,
        Scope scope,
        @Nullable Long tokenLimit,
        @Nullable Money costLimit,
        int warningPpm,
        int actionPpm,
        boolean enabled,
        Metadata metadata,
        long createdAtMs,
        long updatedAtMs) {

    /** A whole limit in millionths. */
    public static final int PPM = 1_000_000;

    /** The warning threshold of a policy that names none: 80 %. */
    public static final int WARNING_PPM_DEFAULT = 800_000;

    /** The action threshold of a policy that names none: 95 %. */
    public static final int ACTION_PPM_DEFAULT = 950_000;

    /** True when it is enabled and refuses what does not fit. */
    public boolean isEnforced() {
        return enabled && type == PolicyType.HARD_LIMIT;
    }
}
