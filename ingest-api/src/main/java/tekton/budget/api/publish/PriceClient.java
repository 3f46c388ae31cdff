package tekton.budget.api.publish;

import tekton.budget.event.PriceRequest;
import tekton.budget.event.PriceStatus;
import tekton.budget.event.PriceStatus.PriceReply;
import tekton.budget.kafka.ReplyOutcome;

import java.util.List;

/** Asks the price poller, and knows what it has said. Any thread. */
public interface PriceClient extends AutoCloseable {

    /**
     * Connects; does nothing if that is done.
     *
     * @throws RuntimeException if Kafka or a topic is not there yet; call again
     */
    void open() throws InterruptedException;

    /** True once {@link #open} has succeeded: what the poller says is known. */
    boolean isOpen();

    /**
     * Asks, and waits within a bound for the latest answer: that the request is begun, if it is not
     * done in time. Before {@link #open}, nothing is written.
     */
    ReplyOutcome<PriceReply> ask(PriceRequest request) throws InterruptedException;

    /** The latest of every status of a type, in the order of their keys. */
    <S extends PriceStatus> List<S> all(Class<S> type);

    @Override
    void close();
}
