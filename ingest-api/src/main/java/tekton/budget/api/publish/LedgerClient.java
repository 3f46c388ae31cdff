package tekton.budget.api.publish;

import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.value.Positions;

import java.time.Duration;

/** Asks the ledger and waits for what it decides. Any thread. */
public interface LedgerClient extends AutoCloseable {

    /**
     * Connects; does nothing if that is done.
     *
     * @throws RuntimeException if Kafka or a topic is not there yet; call again
     */
    void open();

    /**
     * True once {@link #open} has succeeded and as long as decisions are read: the next request's
     * will be seen.
     */
    boolean isOpen();

    /** True when the latest request could not be written, or decisions cannot be read. */
    boolean isFailing();

    /** Asks, and waits within a bound. While it is not open the outcome is {@link Unwritten}. */
    Outcome ask(LedgerRequest request) throws InterruptedException;

    @Override
    void close();

    /** How asking ended. */
    sealed interface Outcome {}

    /**
     * The ledger has decided, and the decision is committed.
     *
     * @param position where the request is; nothing if that is not known yet
     */
    record Decided(LedgerEvent.Decision decision, Positions position) implements Outcome {}

    /**
     * The request is durable, and was not decided in time. It will be.
     *
     * @param waited how long
     */
    record Undecided(Positions position, Duration waited) implements Outcome {}

    /**
     * The request is not known to be durable.
     *
     * @param sent false when certainly nothing was written
     */
    record Unwritten(boolean sent) implements Outcome {}

    /** As many are waiting as may; nothing was written. */
    record Full() implements Outcome {}
}
