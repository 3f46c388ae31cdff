package tekton.budget.api.prices;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.http.Unanswered;
import tekton.budget.api.publish.PriceClient;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus.PriceRefusal;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks the price poller for one HTTP request: its answer, or the problem that the client is told.
 */
public final class PriceCommands {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final PriceClient client;

    public PriceCommands(PriceClient client) {
        this.client = client;
    }

    /**
     * What the poller has answered; empty when it has not in time: the request is written, and will
     * be done.
     *
     * @throws ProblemException if it was refused, or is not known to be written
     */
    Optional<PriceReply> ask(PriceRequest request) {
        ReplyOutcome<PriceReply> outcome;
        try {
            outcome = client.ask(request);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            outcome = new MaybeWritten<>();
        }
        return switch (outcome) {
            case Answered<PriceReply>(PriceReply reply, var _) -> {
                PriceRefusal refusal = reply.refusal();
                if (refusal != null) {
                    throw new ProblemException(Problem.of(type(refusal), reply.message()));
                }
                yield Optional.of(reply);
            }
            case NotAnswered<PriceReply> _ -> Optional.empty();
            case MaybeWritten<PriceReply> _, NotWritten<PriceReply> _ ->
                    throw new ProblemException(
                            Unanswered.problem(
                                    outcome,
                                    ProblemType.NOT_ANSWERED,
                                    "the price poller",
                                    "it may be repeated"));
        };
    }

    /** What the poller has said, once that has been read. */
    PriceClient known() {
        if (!client.isOpen()) {
            throw new ProblemException(
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE,
                            "the price poller's status has not been read yet",
                            RETRY_AFTER));
        }
        return client;
    }

    private static ProblemType type(PriceRefusal refusal) {
        return switch (Objects.requireNonNull(refusal)) {
            case UNKNOWN -> ProblemType.RESOURCE_NOT_FOUND;
            case ALREADY_DECIDED -> ProblemType.ALREADY_DECIDED;
            case NOT_RELEASABLE -> ProblemType.NOT_RELEASABLE;
            case FILE_DECIDES -> ProblemType.PRICE_FILE_DECIDES;
            case VERSION_EXISTS -> ProblemType.RESOURCE_EXISTS;
        };
    }
}
