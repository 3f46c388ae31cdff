package tekton.budget.api.config;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.access.AuditTrail;
import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.ledger.DefaultBudget;
import tekton.budget.api.publish.LedgerClient;
import tekton.budget.api.publish.PriceClient;
import tekton.budget.api.totals.QueryPorts;
import tekton.budget.kafka.ReplyOutcome;
import tekton.budget.kafka.TopicLog;
import tekton.budget.kafka.TopicPublisher;
import tekton.budget.kafka.UntilConnected;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.metering.config.RevivalPace;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.MeteringStatus;
import tekton.budget.metering.query.SystemQueries;
import tekton.budget.metering.query.remote.PeerEndpoint;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Everything that needs Kafka. HTTP is up at once; this follows in the background as soon as there
 * is a broker, and requests get 503 until then.
 *
 * <p>Order of the start: topics and metering, then the producers, so that an accepted write finds
 * the prices and someone to count it; last the default budget is asked for. The stop is the reverse
 * of what depends on what: HTTP has drained before {@link #close} is called, then the metering,
 * then the producers.
 */
final class Backend implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backend.class);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(250);

    private final IngestSettings settings;
    private final MeteringStart meteringStart;
    private final MeteringMetrics metrics;
    private final TopicPublisher publisher;
    private final LedgerClient ledger;
    private final PriceClient priceClient;
    private final TopicLog results;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final Thread starter;
    private final Thread budgetMaker;
    private volatile MeteringStart.@Nullable Running metering;

    Backend(
            IngestSettings settings,
            MeteringStart meteringStart,
            MeteringMetrics metrics,
            TopicPublisher publisher,
            LedgerClient ledger,
            PriceClient priceClient,
            TopicLog results,
            AuditTrail audit,
            InstantSource clock) {
        this.settings = settings;
        this.meteringStart = meteringStart;
        this.metrics = metrics;
        this.publisher = publisher;
        this.ledger = ledger;
        this.priceClient = priceClient;
        this.results = results;
        this.audit = audit;
        this.clock = clock;
        starter = Thread.ofPlatform().daemon().name("backend-start").unstarted(this::keepConnected);
        budgetMaker = Thread.ofVirtual().name("default-budget").unstarted(this::makeDefaultBudget);
    }

    /** Begins to connect, and returns. */
    void start() {
        starter.start();
    }

    /** The ports of the metering; a 503 until it has started. */
    QueryPorts ports() {
        return running().ports();
    }

    /** Where other instances ask this one; a 503 until the metering has started. */
    PeerEndpoint peers() {
        return running().peers().orElseThrow();
    }

    private MeteringStart.Running running() {
        MeteringStart.Running running = metering;
        if (running == null) {
            throw new ProblemException(
                    Problem.retryLater(
                            ProblemType.SERVICE_UNAVAILABLE,
                            "the metering has not started yet",
                            Duration.ofSeconds(1)));
        }
        return running;
    }

    /** How the metering is doing, or null until it has started. */
    @Nullable MeteringStatus meteringStatus() {
        MeteringStart.Running running = metering;
        return running == null ? null : running.ports().status();
    }

    /** What the metering runs on, or null until it has started. */
    @Nullable SystemQueries systemQueries() {
        MeteringStart.Running running = metering;
        return running == null ? null : running.ports().system();
    }

    @Override
    public void close() {
        starter.interrupt();
        try {
            starter.join();
            budgetMaker.interrupt();
            if (budgetMaker.isAlive()) {
                budgetMaker.join();
            }
            MeteringStart.Running running = metering;
            if (running != null) {
                running.stop().close();
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("The metering did not stop in order", e);
        }
        publisher.close();
        ledger.close();
        priceClient.close();
        audit.close();
        results.close();
    }

    private void keepConnected() {
        RevivalPace pace = new RevivalPace();
        try {
            connect();
            // Beside: it waits for the ledger, which may be what has to be started anew.
            budgetMaker.start();
            while (true) {
                long since = System.nanoTime();
                LOG.info("Usage is accepted; Kafka is {}", settings.kafka().bootstrapServers());
                MeteringStart.Running running = Objects.requireNonNull(metering);
                String part = running.gaveUp().get();
                Duration pause = pace.after(Duration.ofNanos(System.nanoTime() - since));
                LOG.error("{} gave up; it starts anew in {} s", part, pause.toSeconds());
                Thread.sleep(pause);
                running.stop().close();
                metering = null;
                connect();
            }
        } catch (InterruptedException stop) {
            // As it was told.
        } catch (Exception e) {
            LOG.error("The metering is not started again", e);
        }
    }

    /** Returns when all of it is connected. */
    private void connect() throws InterruptedException {
        metering = UntilConnected.connect(settings.kafka().bootstrapServers(), this::attempt);
    }

    private MeteringStart.Running attempt() throws Exception {
        MeteringStart.Running running = metering;
        if (running == null) {
            running = meteringStart.start(settings, metrics);
            metering = running;
        }
        // First, so that an act that can have an effect is written down.
        audit.open();
        publisher.open();
        ledger.open();
        priceClient.open();
        return running;
    }

    /** Until the ledger has answered: then it is there, since just now or since long. */
    private void makeDefaultBudget() {
        LedgerRequest request = DefaultBudget.request(settings.defaultPolicies(), clock.millis());
        try {
            while (!(ledger.ask(request) instanceof ReplyOutcome.Answered)) {
                Thread.sleep(BETWEEN_QUESTIONS);
            }
        } catch (InterruptedException stop) {
            // The next start makes it.
        }
    }
}
