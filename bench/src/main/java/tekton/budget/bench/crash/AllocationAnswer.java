package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.Blocked;
import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.Wanted;

import java.math.BigDecimal;
import java.util.List;

/**
 * A decision that a caller has been told.
 *
 * @param outcome what it was
 * @param key the request's idempotency key; empty if it had none
 * @param wanted what was asked for; of a release only the budget counts
 * @param allocationId the allocation that was granted or released; empty when refused
 * @param policyId the policy in the way; empty when granted
 * @param left what the refusal says is left; -1 when granted
 * @param asked what the refusal says was asked for; -1 when granted
 */
record AllocationAnswer(
        DecisionType outcome,
        String key,
        Wanted wanted,
        String allocationId,
        String policyId,
        BigDecimal left,
        BigDecimal asked) {

    private static final BigDecimal NONE = BigDecimal.ONE.negate();

    /** What a caller can be told. */
    enum DecisionType {
        GRANTED,
        REFUSED,
        RELEASED
    }

    /** The decision in an answer of 201 or 402. */
    static AllocationAnswer of(LedgerAnswer answer, String key, Wanted wanted) {
        if (answer.status() == 201) {
            return new AllocationAnswer(
                    DecisionType.GRANTED,
                    key,
                    wanted,
                    answer.text("allocation_id"),
                    "",
                    NONE,
                    NONE);
        }
        Blocked blocked = Blocked.of(answer);
        return new AllocationAnswer(
                DecisionType.REFUSED,
                key,
                wanted,
                "",
                blocked.policyId(),
                blocked.left(),
                blocked.asked());
    }

    static AllocationAnswer released(AllocationAnswer granted) {
        return new AllocationAnswer(
                DecisionType.RELEASED, "", granted.wanted, granted.allocationId, "", NONE, NONE);
    }

    boolean isGranted() {
        return outcome == DecisionType.GRANTED;
    }

    /** As a line of the log. Nothing in it contains a tab. */
    String toLine() {
        return String.join(
                "\t",
                List.of(
                        outcome.name(),
                        key,
                        wanted.budgetId(),
                        wanted.contextId(),
                        String.valueOf(wanted.tokens()),
                        wanted.model(),
                        String.valueOf(wanted.requests()),
                        allocationId,
                        policyId,
                        left.toPlainString(),
                        asked.toPlainString()));
    }

    static AllocationAnswer ofLine(String line) {
        String[] parts = line.split("\t", -1);
        return new AllocationAnswer(
                DecisionType.valueOf(parts[0]),
                parts[1],
                new Wanted(
                        parts[2],
                        parts[3],
                        Long.parseLong(parts[4]),
                        parts[5],
                        Long.parseLong(parts[6])),
                parts[7],
                parts[8],
                new BigDecimal(parts[9]),
                new BigDecimal(parts[10]));
    }
}
