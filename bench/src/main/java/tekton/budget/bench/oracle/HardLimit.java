package tekton.budget.bench.oracle;

import java.math.BigDecimal;

/**
 * The one hard limit of a budget: on everything in it, over a period that does not end meanwhile.
 *
 * @param budgetId the budget
 * @param policyId the policy
 * @param measure {@code tokens} or {@code cost}
 * @param limit the limit
 * @param perToken what a token that is asked for counts: 1, or the dollars it may cost at most
 */
public record HardLimit(
        String budgetId, String policyId, String measure, BigDecimal limit, BigDecimal perToken) {

    /** What so many tokens count. */
    public BigDecimal amount(long tokens) {
        return perToken.multiply(BigDecimal.valueOf(tokens));
    }
}
