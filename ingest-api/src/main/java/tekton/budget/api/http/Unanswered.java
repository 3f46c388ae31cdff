package tekton.budget.api.http;

import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;

import java.time.Duration;

/** What a client is told when asking by topic ended without an answer. */
public final class Unanswered {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private Unanswered() {}

    /**
     * The problem of an outcome that has no answer.
     *
     * @param late of which type it is that no answer came in time
     * @param whom who was asked, such as {@code the ledger}
     * @param advice what the client may do where its request is, or may be, written
     */
    public static Problem problem(
            ReplyOutcome<?> outcome, ProblemType late, String whom, String advice) {
        return switch (outcome) {
            case Answered<?> answered -> throw new IllegalArgumentException(answered.toString());
            case NotAnswered<?>(var _, Duration waited) ->
                    Problem.retryLater(
                            late,
                            "%s has the request and has not answered it within %d ms; %s"
                                    .formatted(whom, waited.toMillis(), advice),
                            RETRY_AFTER);
            case MaybeWritten<?> _ ->
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE,
                            "the request is not known to be durable: Kafka did not acknowledge it"
                                    + " in time; "
                                    + advice,
                            RETRY_AFTER);
            case NotWritten<?>(NotWritten.Cause cause) ->
                    cause == NotWritten.Cause.FULL
                            ? Problem.retryLater(
                                    ProblemType.TOO_MANY_REQUESTS,
                                    "nothing was written: as many requests wait for %s as may"
                                            .formatted(whom),
                                    RETRY_AFTER)
                            : Problem.retryLater(
                                    ProblemType.SERVICE_UNAVAILABLE,
                                    "nothing was written: %s has not been reached yet"
                                            .formatted(whom),
                                    RETRY_AFTER);
        };
    }
}
