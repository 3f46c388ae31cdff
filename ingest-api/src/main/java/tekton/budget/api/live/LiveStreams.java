package tekton.budget.api.live;

import jakarta.servlet.http.HttpServlet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.api.http.ProblemException;
import tekton.budget.kafka.TopicLog;
import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.topic.Topics;
import tekton.budget.value.Positions;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** All of the live streams: what reads, what is kept, who listens, and the servlets. */
public final class LiveStreams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveStreams.class);

    /** How often it is looked whether budgets stand differently. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** How often, at most, every budget is looked at. */
    private static final Duration ROUND = Duration.ofSeconds(10);

    private final Feeds feeds = new Feeds();
    private final BudgetWatch watch = new BudgetWatch(ROUND.toMillis());
    private final Connections connections;
    private final TopicLog results;
    private final UsageTail usage;
    private final Supplier<LedgerQueries> ledger;
    private final InstantSource clock;
    private final Thread looker = Thread.ofVirtual().name("live-budgets").unstarted(this::look);
    private final Thread tail;

    /**
     * Not started yet.
     *
     * @param results a log that is not started yet
     * @param newest asks how far the log of usage goes; may refuse by a {@link ProblemException}
     *     until it can be asked
     * @param ledger says how budgets stand; may refuse like that, too
     */
    public LiveStreams(
            LiveSettings settings,
            TopicLog results,
            Supplier<Answer<Positions>> newest,
            Supplier<LedgerQueries> ledger,
            InstantSource clock) {
        connections = new Connections(settings.connectionsMax(), settings.heartbeat());
        this.results = results;
        LiveReader _ = new LiveReader(results, feeds, watch::touch);
        usage = new UsageTail(newest);
        tail = Thread.ofVirtual().name("live-usage").unstarted(usage::run);
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Where {@link #sockets} is to be served. */
    public static List<String> socketPaths() {
        return LiveTopic.paths();
    }

    /** The WebSocket handshakes. */
    public HttpServlet sockets() {
        return new SocketServlet(feeds, connections, clock);
    }

    /** Server-sent events. */
    public HttpServlet events() {
        return new EventsServlet(feeds.of(LiveTopic.ALERTS), usage, connections, this::isReading);
    }

    /** True while news are read; their topics have no more from before than is looked back. */
    private boolean isReading() {
        return results.isCaughtUp(Topics.EVENTS) && results.isCaughtUp(Topics.DECISIONS);
    }

    /** How many live connections there are. */
    public int connectionCount() {
        return connections.count();
    }

    /** How many have ended since the start because they read too slowly. */
    public long droppedCount() {
        return connections.droppedCount();
    }

    /** Begins in the background; news come as soon as Kafka is there. */
    public void start() {
        connections.start();
        looker.start();
        tail.start();
    }

    /** Ends every connection with a reason, then stops to look. */
    @Override
    public void close() {
        connections.close();
        looker.interrupt();
        tail.interrupt();
    }

    private void look() {
        Feed updates = feeds.of(LiveTopic.UPDATES);
        try {
            while (true) {
                Thread.sleep(LOOK);
                if (updates.hasListeners()) {
                    look(updates);
                } else {
                    watch.forget();
                }
            }
        } catch (InterruptedException stop) {
            LOG.debug("stopped", stop);
        }
    }

    private void look(Feed updates) {
        try {
            List<Message> changes = watch.look(ledger.get(), clock.millis());
            if (!changes.isEmpty()) {
                updates.add(changes);
            }
        } catch (ProblemException notYet) {
            LOG.debug("budgets cannot be asked yet", notYet);
        } catch (RuntimeException failure) {
            LOG.warn("How budgets stand could not be told", failure);
        }
    }
}
