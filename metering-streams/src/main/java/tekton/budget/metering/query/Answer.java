package tekton.budget.metering.query;

import tekton.budget.value.Positions;

import java.time.Duration;
import java.util.function.Function;

/**
 * What a query answers: a closed set, so that no caller forgets a case.
 *
 * @param <T> what was asked for
 */
public sealed interface Answer<T> {

    /** It is there. */
    record Found<T>(T value) implements Answer<T> {}

    /** The state has been searched, and there is no such id. */
    record Unknown<T>() implements Answer<T> {}

    /**
     * The state that would know is being restored or moved. Never told as an empty result.
     *
     * @param retryAfter when to ask again
     */
    record NotReady<T>(Duration retryAfter) implements Answer<T> {}

    /**
     * The state has not passed the asked position within the asked time.
     *
     * @param missing the positions that are still ahead of it
     */
    record NotReached<T>(Positions missing) implements Answer<T> {}

    /** The same answer about something made from the value. */
    default <R> Answer<R> map(Function<? super T, ? extends R> change) {
        return switch (this) {
            case Found<T>(T value) -> new Found<>(change.apply(value));
            case Unknown<T>() -> new Unknown<>();
            case NotReady<T>(Duration retryAfter) -> new NotReady<>(retryAfter);
            case NotReached<T>(Positions missing) -> new NotReached<>(missing);
        };
    }
}
