package tekton.budget.api.ledger;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemType;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.Refusal;
import tekton.budget.ledger.Standing;

import java.time.Duration;
import java.util.TreeMap;

/** The one table from the ledger's refusals to HTTP. */
final class RefusalProblems {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private RefusalProblems() {}

    /** What kind of problem a refusal is. */
    static ProblemType typeOf(Refusal.RefusalCode code) {
        return switch (code) {
            case IDEMPOTENCY_CONFLICT -> ProblemType.IDEMPOTENCY_CONFLICT;
            case RESOURCE_EXISTS -> ProblemType.RESOURCE_EXISTS;
            case BUDGET_NOT_FOUND, POLICY_NOT_FOUND, ALLOCATION_NOT_FOUND ->
                    ProblemType.RESOURCE_NOT_FOUND;
            case BUDGET_INACTIVE -> ProblemType.BUDGET_INACTIVE;
            case INVALID -> ProblemType.INVALID_VALUE;
            // Not 429: no pause cures it, somebody has to release or disable something.
            case TOO_MANY -> ProblemType.TOO_MANY;
            case PRICE_UNKNOWN -> ProblemType.PRICE_UNKNOWN;
            case INSUFFICIENT_BUDGET -> ProblemType.INSUFFICIENT_BUDGET;
            case CATCHING_UP -> ProblemType.SERVICE_UNAVAILABLE;
        };
    }

    /** The problem; what blocks is told in numbers, the first policy's also at the top. */
    static Problem problem(Refusal refusal) {
        if (refusal.code() == Refusal.RefusalCode.CATCHING_UP) {
            return Problem.retryLater(
                    ProblemType.SERVICE_UNAVAILABLE, refusal.message(), RETRY_AFTER);
        }
        Problem problem = Problem.of(typeOf(refusal.code()), refusal.message());
        if (refusal.blocking().isEmpty()) {
            return problem;
        }
        Standing first = refusal.blocking().getFirst();
        var more = new TreeMap<>(StandingJson.numbers(first));
        more.put("policy_id", json(first.policyId()));
        more.put("measure", json(first.measure().wireName()));
        more.put("blocking", StandingJson.array(refusal.blocking()));
        return problem.with(more);
    }

    private static String json(String text) {
        return new JsonBytes(text.length() + 2).string(text).toString();
    }
}
