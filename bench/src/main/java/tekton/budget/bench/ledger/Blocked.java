package tekton.budget.bench.ledger;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;

/**
 * How a refusal explains itself: the first limit in the way. What is missing is an empty text or
 * -1.
 */
public record Blocked(
        String policyId,
        BigDecimal limit,
        BigDecimal used,
        BigDecimal reserved,
        BigDecimal asked,
        BigDecimal left) {

    /** The first limit that an answer of 402 names. */
    public static Blocked of(LedgerAnswer answer) {
        JsonNode first = answer.body().path("blocking").path(0);
        return new Blocked(
                first.path("policy_id").asString(""),
                LedgerAnswer.number(first, "limit"),
                LedgerAnswer.number(first, "used"),
                LedgerAnswer.number(first, "reserved"),
                LedgerAnswer.number(first, "asked"),
                LedgerAnswer.number(first, "left"));
    }
}
