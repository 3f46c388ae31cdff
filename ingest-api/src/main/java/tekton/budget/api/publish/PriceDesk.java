package tekton.budget.api.publish;

import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.Reply;

import java.time.Duration;
import java.util.List;

/** Asks the price poller, and knows what it has said. Any thread. */
public interface PriceDesk extends AutoCloseable {

    /**
     * Connects; does nothing if that is done.
     *
     * @throws RuntimeException if Kafka or a topic is not there yet; call again
     */
    void open();

    /** True once {@link #open} has succeeded: what the poller says is known. */
    boolean isOpen();

    /** Asks, and waits within a bound. Before {@link #open} the outcome is {@link Unwritten}. */
    Outcome ask(PriceRequest request) throws InterruptedException;

    /** The latest of every status of a type, in the order of their keys. */
    <S extends PriceStatus> List<S> all(Class<S> type);

    @Override
    void close();

    /** How asking ended. */
    sealed interface Outcome {}

    /**
     * The poller has answered.
     *
     * @param reply its latest answer; one that it has begun when it was not done in time
     */
    record Answered(Reply reply) implements Outcome {}

    /**
     * The request is durable, and nobody has answered it in time. It will be done.
     *
     * @param waited how long
     */
    record Unanswered(Duration waited) implements Outcome {}

    /**
     * The request is not known to be durable.
     *
     * @param sent false when certainly nothing was written
     */
    record Unwritten(boolean sent) implements Outcome {}

    /** As many are waiting as may; nothing was written. */
    record Full() implements Outcome {}
}
