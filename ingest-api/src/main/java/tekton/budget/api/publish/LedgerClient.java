package tekton.budget.api.publish;

import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerRequest;

/** Asks the ledger and waits for what it decides. Any thread. */
public interface LedgerClient extends AutoCloseable {

    /**
     * Connects; does nothing if that is done.
     *
     * @throws RuntimeException if Kafka or a topic is not there yet; call again
     */
    void open() throws InterruptedException;

    /**
     * True once {@link #open} has succeeded and as long as decisions are read: the next request's
     * will be seen.
     */
    boolean isOpen();

    /** True when the latest request could not be written, or decisions cannot be read. */
    boolean isFailing();

    /** Asks, and waits within a bound. While it is not open, nothing is written. */
    ReplyOutcome<LedgerDecision> ask(LedgerRequest request) throws InterruptedException;

    @Override
    void close();
}
