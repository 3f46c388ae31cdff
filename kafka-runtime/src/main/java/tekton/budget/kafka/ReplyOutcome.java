package tekton.budget.kafka;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** How asking by topic ended. */
public sealed interface ReplyOutcome<R> {

    /** Where a request is. */
    record Position(int partition, long offset) {}

    /**
     * The reply is there.
     *
     * @param position where the request is; null if that is not known yet
     */
    record Answered<R>(R reply, @Nullable Position position) implements ReplyOutcome<R> {}

    /**
     * The request is durable, and was not answered in time. It will be.
     *
     * @param waited how long
     */
    record NotAnswered<R>(Position position, Duration waited) implements ReplyOutcome<R> {}

    /** Nothing was written. */
    record NotWritten<R>(Cause cause) implements ReplyOutcome<R> {

        /** Why nothing was written. */
        public enum Cause {
            /** Kafka has not been reached yet, or replies are not read. */
            NOT_CONNECTED,
            /** As many are waiting as may. */
            FULL
        }

        public static <R> NotWritten<R> notConnected() {
            return new NotWritten<>(Cause.NOT_CONNECTED);
        }

        public static <R> NotWritten<R> full() {
            return new NotWritten<>(Cause.FULL);
        }
    }

    /** The request is not known to be durable: Kafka did not acknowledge it. */
    record MaybeWritten<R>() implements ReplyOutcome<R> {}
}
