package tekton.budget.api.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import tekton.budget.api.publish.LedgerClient;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.ReplyOutcome.Answered;
import tekton.budget.kafka.ReplyOutcome.MaybeWritten;
import tekton.budget.kafka.ReplyOutcome.NotAnswered;
import tekton.budget.kafka.ReplyOutcome.NotWritten;
import tekton.budget.ledger.LedgerEvent.LedgerDecision;
import tekton.budget.ledger.LedgerRequest;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How long those who ask the ledger through this instance wait, and for what. */
public final class LedgerMeters {

    /** A decision takes some ten milliseconds; the setting ends the wait, after 5 s by default. */
    private static final Duration[] DECIDED = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5)
    };

    private final AtomicInteger waiting = new AtomicInteger();
    private final Timer decided;
    private final Counter undecided;
    private final Counter unwritten;
    private final Counter full;

    public LedgerMeters(MeterRegistry registry) {
        decided =
                Timer.builder("budget.decision")
                        .description(
                                "Time from a request to its committed decision, as the caller sees"
                                        + " it")
                        .serviceLevelObjectives(DECIDED)
                        .register(registry);
        undecided = failure(registry, "undecided");
        unwritten = failure(registry, "unwritten");
        full = failure(registry, "full");
        Gauge.builder("budget.decisions.waiting", waiting, AtomicInteger::get)
                .description("Requests that wait for the ledger")
                .register(registry);
    }

    /** The same client, measured. */
    public LedgerClient measured(LedgerClient client) {
        return new Measured(client);
    }

    private static Counter failure(MeterRegistry registry, String outcome) {
        return Counter.builder("budget.decisions.missed")
                .description("Requests that ended without a decision")
                .tag("outcome", outcome)
                .register(registry);
    }

    private final class Measured implements LedgerClient {

        private final LedgerClient client;

        private Measured(LedgerClient client) {
            this.client = client;
        }

        @Override
        public void open() throws InterruptedException {
            client.open();
        }

        @Override
        public boolean isOpen() {
            return client.isOpen();
        }

        @Override
        public boolean isFailing() {
            return client.isFailing();
        }

        @Override
        public ReplyOutcome<LedgerDecision> ask(LedgerRequest request) throws InterruptedException {
            waiting.incrementAndGet();
            long began = System.nanoTime();
            try {
                ReplyOutcome<LedgerDecision> outcome = client.ask(request);
                switch (outcome) {
                    case Answered<LedgerDecision> _ ->
                            decided.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
                    case NotAnswered<LedgerDecision> _ -> undecided.increment();
                    case MaybeWritten<LedgerDecision> _ -> unwritten.increment();
                    case NotWritten<LedgerDecision>(NotWritten.Cause cause) -> {
                        if (cause == NotWritten.Cause.FULL) {
                            full.increment();
                        } else {
                            unwritten.increment();
                        }
                    }
                }
                return outcome;
            } finally {
                waiting.decrementAndGet();
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
