package tekton.budget.bench.oracle;

import java.math.BigDecimal;

/**
 * A hard limit of a budget, over a period that does not end meanwhile.
 *
 * @param budgetId the budget
 * @param policyId the policy
 * @param measure {@code tokens} or {@code cost}
 * @param limit the limit
 * @param perToken what a token that is asked for counts: 1, or the dollars it may cost at most
 * @param perRequest what a request counts besides: 0, or its fee in dollars
 * @param tier of what it limits; empty for everything in the budget
 * @param perSession whether each context has it for itself
 */
public record HardLimit(
        String budgetId,
        String policyId,
        String measure,
        BigDecimal limit,
        BigDecimal perToken,
        BigDecimal perRequest,
        String tier,
        boolean perSession) {

    /** One on everything in a budget, without fees. */
    public HardLimit(
            String budgetId,
            String policyId,
            String measure,
            BigDecimal limit,
            BigDecimal perToken) {
        this(budgetId, policyId, measure, limit, perToken, BigDecimal.ZERO, "", false);
    }

    /** What so many tokens and requests count. */
    public BigDecimal amount(long tokens, long requests) {
        return perToken.multiply(BigDecimal.valueOf(tokens))
                .add(perRequest.multiply(BigDecimal.valueOf(requests)));
    }

    /** Whether it limits what belongs to a tier. */
    public boolean covers(String ofTier) {
        return tier.isEmpty() || tier.equals(ofTier);
    }
}
