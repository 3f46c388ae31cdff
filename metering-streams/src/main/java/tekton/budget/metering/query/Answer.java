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

    /**
     * It is there, as a copy has it that may lag behind the owner.
     *
     * @param lag how many changes of the state the copy has yet to hear of, when it was last looked
     */
    record Stale<T>(T value, long lag) implements Answer<T> {}

    /** The state has been searched, and there is no such id. */
    record Unknown<T>() implements Answer<T> {}

    /**
     * The state that would know cannot be asked. Never told as an empty result.
     *
     * @param retryAfter when to ask again
     * @param missing which part of the state, and why, in words
     */
    record NotReady<T>(Duration retryAfter, String missing) implements Answer<T> {

        /** To be asked again after a second. */
        public NotReady(String missing) {
            this(Duration.ofSeconds(1), missing);
        }
    }

    /**
     * The state has not passed the asked position within the asked time.
     *
     * @param missing the positions that are still ahead of it
     */
    record NotReached<T>(Positions missing) implements Answer<T> {}

    /** The same answer about something made from the value. */
    default <R> Answer<R> map(Function<? super T, ? extends R> change) {
        return then(value -> new Found<>(change.apply(value)));
    }

    /**
     * What follows from the value; of one that is stale, that is stale too. An answer without a
     * value stays what it is.
     */
    default <R> Answer<R> then(Function<? super T, ? extends Answer<R>> next) {
        return switch (this) {
            case Found<T>(T value) -> next.apply(value);
            case Stale<T>(T value, long lag) -> stale(next.apply(value), lag);
            case Unknown<T>() -> new Unknown<>();
            case NotReady<T>(Duration retryAfter, String missing) ->
                    new NotReady<>(retryAfter, missing);
            case NotReached<T>(Positions missing) -> new NotReached<>(missing);
        };
    }

    /** The same as of a copy. Something may be there all the same that a copy does not know. */
    private static <T> Answer<T> stale(Answer<T> answer, long lag) {
        return switch (answer) {
            case Found<T>(T value) -> new Stale<>(value, lag);
            case Stale<T>(T value, long already) -> new Stale<>(value, Math.max(already, lag));
            case Unknown<T>() -> new NotReady<>("a copy does not know it, its owner is away");
            case NotReady<T> _, NotReached<T> _ -> answer;
        };
    }
}
