package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;

/**
 * How one limit of a policy stood at a moment. Tokens are whole numbers, money is dollars; exact.
 *
 * @param policyId the policy
 * @param type what it does
 * @param period over what it holds
 * @param scope to what it applies
 * @param windowStartMs when its window began, epoch milliseconds; null for sessions and tasks
 * @param windowEndMs when its window ends; null for sessions and tasks
 * @param measure which of its limits
 * @param level how near, with what was asked for
 * @param limit the limit
 * @param used what has been spent
 * @param reserved what open allocations hold
 * @param asked what was asked for on top
 */
public record Standing(
        String policyId,
        PolicyType type,
        Period period,
        Scope scope,
        @Nullable Long windowStartMs,
        @Nullable Long windowEndMs,
        Measure measure,
        Level level,
        BigDecimal limit,
        BigDecimal used,
        BigDecimal reserved,
        BigDecimal asked) {

    /** What could still be granted, at least 0. */
    public BigDecimal left() {
        return limit.subtract(used).subtract(reserved).max(BigDecimal.ZERO);
    }
}
