package tekton.budget.api.prices.admin;

import tekton.budget.api.problem.Problem;
import tekton.budget.api.problem.ProblemException;
import tekton.budget.api.problem.ProblemType;
import tekton.budget.api.publish.PriceDesk;
import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus.Refusal;
import tekton.budget.event.PriceStatus.Reply;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks the price poller for one HTTP request: its answer, or the problem that the client is told.
 */
public final class PriceAsking {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final PriceDesk desk;

    public PriceAsking(PriceDesk desk) {
        this.desk = desk;
    }

    /**
     * What the poller has answered; empty when it has not in time: the request is written, and will
     * be done.
     *
     * @throws ProblemException if it was refused, or is not known to be written
     */
    Optional<Reply> ask(PriceRequest request) {
        PriceDesk.Outcome outcome;
        try {
            outcome = desk.ask(request);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw unwritten(true);
        }
        return switch (outcome) {
            case PriceDesk.Answered(Reply reply) -> {
                Refusal refusal = reply.refusal();
                if (refusal != null) {
                    throw new ProblemException(Problem.of(type(refusal), reply.message()));
                }
                yield Optional.of(reply);
            }
            case PriceDesk.Unanswered(Duration _) -> Optional.empty();
            case PriceDesk.Unwritten(boolean sent) -> throw unwritten(sent);
            case PriceDesk.Full() ->
                    throw new ProblemException(
                            Problem.retryLater(
                                    ProblemType.TOO_MANY_REQUESTS,
                                    "nothing was written: as many requests wait for the price"
                                            + " poller as may",
                                    RETRY_AFTER));
        };
    }

    /** What the poller has said, once that has been read. */
    PriceDesk known() {
        if (!desk.isOpen()) {
            throw new ProblemException(
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE,
                            "what the price poller says has not been read yet",
                            RETRY_AFTER));
        }
        return desk;
    }

    private static ProblemException unwritten(boolean sent) {
        return new ProblemException(
                Problem.retryLater(
                        ProblemType.SERVICE_UNAVAILABLE,
                        sent
                                ? "the request is not known to be durable: Kafka did not"
                                        + " acknowledge it in time; it may be repeated"
                                : "nothing was written: Kafka has not been reached yet",
                        RETRY_AFTER));
    }

    private static ProblemType type(Refusal refusal) {
        return switch (Objects.requireNonNull(refusal)) {
            case UNKNOWN -> ProblemType.RESOURCE_NOT_FOUND;
            case ALREADY_DECIDED -> ProblemType.ALREADY_DECIDED;
            case NOT_RELEASABLE -> ProblemType.NOT_RELEASABLE;
            case FILE_DECIDES -> ProblemType.PRICE_FILE_DECIDES;
            case VERSION_EXISTS -> ProblemType.RESOURCE_EXISTS;
        };
    }
}
