package tekton.budget.api.ledger;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.http.Unanswered;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.codec.JsonBytes;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.kafka.ReplyOutcome.Position;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.value.Positions;

import java.util.Map;
import java.util.TreeMap;

/** Asks the ledger for one HTTP request: a decision, or the problem that the client is told. */
public final class LedgerCommands {

    /** Says, with the value {@code true}, that the answer is that of an earlier request. */
    static final String REPEATED = "Idempotent-Replayed";

    private final LedgerClient ledger;

    public LedgerCommands(LedgerClient ledger) {
        this.ledger = ledger;
    }

    /**
     * A decision in the client's favour.
     *
     * @param position where its request is; nothing if that is not known yet
     */
    record Favourable<D extends LedgerDecision>(D decision, Positions position) {}

    /**
     * What the ledger has decided. The response gets the headers that every such answer has, also
     * when it will be a problem.
     *
     * @param granted what a decision in the client's favour is
     * @throws ProblemException if it was refused, or not decided
     */
    <D extends LedgerDecision> Favourable<D> ask(
            LedgerRequest request, Class<D> granted, HttpServletResponse response) {
        ReplyOutcome<LedgerDecision> outcome;
        try {
            outcome = ledger.ask(request);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            outcome = new MaybeWritten<>();
        }
        return switch (outcome) {
            case ReplyOutcome.Answered<LedgerDecision>(LedgerDecision decision, Position at) -> {
                Positions position = tell(response, at);
                yield new Favourable<>(granted.cast(favourable(decision, response)), position);
            }
            case NotAnswered<LedgerDecision> late -> {
                tell(response, late.position());
                throw unanswered(request, outcome);
            }
            case MaybeWritten<LedgerDecision> _, NotWritten<LedgerDecision> _ ->
                    throw unanswered(request, outcome);
        };
    }

    private static LedgerDecision favourable(
            LedgerDecision decision, HttpServletResponse response) {
        return switch (decision) {
            case RequestRepeated repeated -> {
                response.setHeader(REPEATED, "true");
                yield favourable(repeated.first(), response);
            }
            case RequestRefused refused ->
                    throw new ProblemException(RefusalProblems.problem(refused.refusal()));
            default -> decision;
        };
    }

    private static Positions tell(HttpServletResponse response, @Nullable Position at) {
        if (at == null) {
            return Positions.NONE;
        }
        Positions position = Positions.ofRequest(at.partition(), at.offset());
        response.setHeader(Positions.HEADER, position.toString());
        return position;
    }

    private static ProblemException unanswered(
            LedgerRequest request, ReplyOutcome<LedgerDecision> outcome) {
        Problem problem =
                Unanswered.problem(outcome, ProblemType.NOT_DECIDED, "the ledger", advice(request));
        return new ProblemException(
                outcome instanceof NotWritten<LedgerDecision> ? problem : named(request, problem));
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
