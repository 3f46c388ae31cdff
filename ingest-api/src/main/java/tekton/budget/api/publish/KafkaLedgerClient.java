package tekton.budget.api.publish;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.ledger.LedgerEvent.Decision;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.value.Positions;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes requests to Kafka and takes their decisions from there. Whoever decides may be this
 * process or another, and may change while somebody waits.
 */
public final class KafkaLedgerClient implements LedgerClient {

    /** More than there may be HTTP connections by default; for callers that are none. */
    private static final int WAITING_MAX = 1_000;

    private final TopicPublisher publisher;
    private final DecisionReader decisions;
    private final Duration patience;
    private final Semaphore places;

    KafkaLedgerClient(
            TopicPublisher publisher, DecisionReader decisions, Duration patience, int waitingMax) {
        this.publisher = publisher;
        this.decisions = decisions;
        this.patience = patience;
        places = new Semaphore(waitingMax);
    }

    /**
     * A client that is not connected yet.
     *
     * @param patience how long to wait for a decision
     */
    public static KafkaLedgerClient of(KafkaConnection kafka, Duration patience) {
        return new KafkaLedgerClient(
                new TopicPublisher(PublisherSettings.requests(kafka, patience)),
                new DecisionReader(kafka),
                patience,
                WAITING_MAX);
    }

    @Override
    public void open() {
        // First the reader: what it has not been positioned before, it may never see.
        decisions.open();
        publisher.open();
    }

    @Override
    public boolean isOpen() {
        return decisions.isOpen() && publisher.isOpen();
    }

    @Override
    public boolean isFailing() {
        return publisher.isFailing() || decisions.isFailing();
    }

    @Override
    public Outcome ask(LedgerRequest request) throws InterruptedException {
        if (!isOpen()) {
            return new Unwritten(false);
        }
        if (!places.tryAcquire()) {
            return new Full();
        }
        String requestId = request.head().requestId();
        try {
            Waiter waiter = new Waiter();
            decisions.await(requestId, waiter.decision);
            boolean sent =
                    publisher.offer(
                            request.head().budgetId(),
                            LedgerCodec.write(request),
                            Duration.ZERO,
                            waiter);
            return sent ? waiter.outcome(patience) : new Full();
        } finally {
            decisions.forget(requestId);
            places.release();
        }
    }

    @Override
    public void close() {
        publisher.close();
        decisions.close();
    }

    /** One request's wait for its acknowledgement and its decision. */
    private static final class Waiter implements Acknowledgement {

        private final CompletableFuture<Optional<Positions>> position = new CompletableFuture<>();
        private final CompletableFuture<Decision> decision = new CompletableFuture<>();

        @Override
        public void acknowledged(int partition, long offset) {
            position.complete(Optional.of(Positions.ofRequest(partition, offset)));
        }

        @Override
        public void failed() {
            position.complete(Optional.empty());
            // Ends the wait, unless the decision is there: then Kafka has taken the request.
            decision.cancel(false);
        }

        Outcome outcome(Duration patience) throws InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            try {
                Decision decided = decision.get(patience.toNanos(), TimeUnit.NANOSECONDS);
                return new Decided(decided, positionBy(deadline).orElse(Positions.NONE));
            } catch (TimeoutException tooLate) {
                Optional<Positions> written = position.getNow(Optional.empty());
                return written.isPresent()
                        ? new Undecided(written.get(), patience)
                        : new Unwritten(true);
            } catch (CancellationException notWritten) {
                return new Unwritten(true);
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /** The acknowledgement may come a moment after the decision, which another thread reads. */
        private Optional<Positions> positionBy(long deadline) throws InterruptedException {
            try {
                return position.get(
                        Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException unknown) {
                return Optional.empty();
            }
        }
    }
}
