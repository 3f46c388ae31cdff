package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletResponse;

import tekton.budget.api.problem.Problem;
import tekton.budget.api.problem.ProblemException;
import tekton.budget.api.problem.ProblemType;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.codec.JsonBytes;
import tekton.budget.ledger.LedgerEvent.Decision;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.value.Positions;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Asks the ledger for one HTTP request: a decision, or the problem that the client is told. */
public final class Asking {

    /** Says, with the value {@code true}, that the answer is that of an earlier request. */
    static final String REPEATED = "Idempotent-Replayed";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final LedgerClient ledger;

    public Asking(LedgerClient ledger) {
        this.ledger = ledger;
    }

    /**
     * A decision in the client's favour.
     *
     * @param position where its request is; nothing if that is not known yet
     */
    record Answered<D extends Decision>(D decision, Positions position) {}

    /**
     * What the ledger has decided. The response gets the headers that every such answer has, also
     * when it will be a problem.
     *
     * @param granted what a decision in the client's favour is
     * @throws ProblemException if it was refused, or not decided
     */
    <D extends Decision> Answered<D> ask(
            LedgerRequest request, Class<D> granted, HttpServletResponse response) {
        LedgerClient.Outcome outcome;
        try {
            outcome = ledger.ask(request);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ProblemException(unwritten(request, true));
        }
        return switch (outcome) {
            case LedgerClient.Decided(Decision decision, Positions position) -> {
                tell(response, position);
                yield new Answered<>(granted.cast(favourable(decision, response)), position);
            }
            case LedgerClient.Undecided(Positions position, Duration waited) -> {
                tell(response, position);
                throw new ProblemException(undecided(request, waited));
            }
            case LedgerClient.Unwritten(boolean sent) ->
                    throw new ProblemException(unwritten(request, sent));
            case LedgerClient.Full() ->
                    throw new ProblemException(
                            Problem.retryLater(
                                    ProblemType.TOO_MANY_REQUESTS,
                                    "nothing was written: as many requests wait for the ledger as"
                                            + " may",
                                    RETRY_AFTER));
        };
    }

    private static Decision favourable(Decision decision, HttpServletResponse response) {
        return switch (decision) {
            case RequestRepeated repeated -> {
                response.setHeader(REPEATED, "true");
                yield favourable(repeated.first(), response);
            }
            case RequestRefused refused ->
                    throw new ProblemException(Refusals.problem(refused.refusal()));
            default -> decision;
        };
    }

    private static void tell(HttpServletResponse response, Positions position) {
        if (!position.isEmpty()) {
            response.setHeader(Positions.HEADER, position.toString());
        }
    }

    private static Problem undecided(LedgerRequest request, Duration waited) {
        return named(
                request,
                Problem.retryLater(
                        ProblemType.NOT_DECIDED,
                        "the ledger has the request and has not decided it within %d ms; %s"
                                .formatted(waited.toMillis(), advice(request)),
                        RETRY_AFTER));
    }

    private static Problem unwritten(LedgerRequest request, boolean sent) {
        if (!sent) {
            return Problem.retryLater(
                    ProblemType.SERVICE_UNAVAILABLE,
                    "nothing was written: the ledger has not been reached yet",
                    RETRY_AFTER);
        }
        return named(
                request,
                Problem.retryLater(
                        ProblemType.SERVICE_UNAVAILABLE,
                        "the request is not known to be durable: Kafka did not acknowledge it in"
                                + " time; "
                                + advice(request),
                        RETRY_AFTER));
    }

    private static String advice(LedgerRequest request) {
        if (request.head().repeat() != null) {
            return "repeated with the same Idempotency-Key it is answered with its own decision";
        }
        return switch (request) {
            case LedgerRequest.Allocate allocate ->
                    "if it is granted, it is allocation " + allocate.allocationId();
            case LedgerRequest.CreateBudget create ->
                    "if it is granted, it is budget " + create.head().budgetId();
            // Doing any of these twice does it once.
            default -> "it may be repeated";
        };
    }

    private static Problem named(LedgerRequest request, Problem problem) {
        String id = request.head().requestId();
        return problem.with(
                new TreeMap<>(
                        Map.of(
                                "request_id",
                                new JsonBytes(id.length() + 2).string(id).toString())));
    }
}
