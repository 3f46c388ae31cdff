package tekton.budget.api.metrics;

import io.micrometer.core.instrument.MeterRegistry;

import tekton.budget.alert.Channel;
import tekton.budget.api.alerts.AlertClient;
import tekton.budget.api.alerts.DeliveryCounts;
import tekton.budget.api.fair.TurnFilter;
import tekton.budget.api.foreign.ForeignConsumer;
import tekton.budget.api.live.LiveStreams;
import tekton.budget.api.route.CostClass;
import tekton.budget.kafka.TopicPublisher;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The figures that parts of the edge keep themselves. */
public final class EdgeMeters {

    private final MeterRegistry registry;

    public EdgeMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** What is sent and not acknowledged. */
    public void bind(TopicPublisher usage) {
        Figures<TopicPublisher> figures = new Figures<>(registry, usage);
        figures.gauge(
                "budget.in.flight.bytes",
                "Bytes of usage sent to Kafka and not acknowledged yet",
                TopicPublisher::bytesInFlight);
        figures.gauge(
                "budget.in.flight.limit.bytes",
                "Bound of usage in flight in bytes; beyond it single records get 429",
                TopicPublisher::bytesInFlightMax);
    }

    /** How many requests of each class are at work, and were turned away. */
    public void bind(TurnFilter turns) {
        Figures<TurnFilter> figures = new Figures<>(registry, turns);
        for (CostClass cost : CostClass.values()) {
            if (cost.all() > 0) {
                bind(figures, cost);
            }
        }
    }

    private static void bind(Figures<TurnFilter> figures, CostClass cost) {
        figures.gauge(
                "budget.http.at.work",
                "Requests of a class that are at work",
                turns -> turns.atWork(cost),
                "class",
                cost.wireName());
        figures.counter(
                "budget.http.turned.away",
                "Requests that found no turn in time",
                turns -> turns.turnedAway(cost),
                "class",
                cost.wireName(),
                "because",
                "caller");
        figures.counter(
                "budget.http.turned.away",
                "Requests that found no turn in time",
                turns -> turns.turnedAwayFull(cost),
                "class",
                cost.wireName(),
                "because",
                "full");
    }

    /** How far the topics of others are read. */
    public void bind(ForeignConsumer topics) {
        new Figures<>(registry, topics)
                .gauge(
                        "budget.foreign.lag.records",
                        "Records of topics of others that this instance has yet to read",
                        ForeignConsumer::lag);
    }

    /** Who listens. */
    public void bind(LiveStreams live) {
        Figures<LiveStreams> figures = new Figures<>(registry, live);
        figures.gauge(
                "budget.live.connections",
                "Open WebSockets and event streams",
                LiveStreams::connectionCount);
        figures.counter(
                "budget.live.dropped",
                "Live connections ended because they read too slowly",
                LiveStreams::droppedCount);
    }

    /** What became of alerts' deliveries, wherever alerting runs. */
    public void bind(AlertClient alerting) {
        Figures<DeliveryCounts> figures = new Figures<>(registry, alerting.deliveries());
        Stream<String> kinds =
                Arrays.stream(Channel.ChannelKind.values()).map(Channel.ChannelKind::wireName);
        Stream.concat(kinds, Stream.of(DeliveryCounts.UNKNOWN_KIND))
                .forEach(
                        kind -> {
                            attempts(figures, kind, true);
                            attempts(figures, kind, false);
                        });
        figures.gauge(
                "budget.alert.deliveries.pending",
                "Deliveries of alerts that are not done",
                DeliveryCounts::pending);
    }

    /** Whether topics that are read whole and on are read to their end. */
    public void following(String log, BooleanSupplier following) {
        new Figures<>(registry, following)
                .gauge(
                        "budget.topic.log.following",
                        "1 while the topics of a log have been read to their end and are read on",
                        one -> one.getAsBoolean() ? 1 : 0,
                        "log",
                        log);
    }

    /** How many records of such topics nobody could read. */
    public void unreadable(String log, LongSupplier count) {
        new Figures<>(registry, count)
                .counter(
                        "budget.topic.log.unreadable",
                        "Records of topics of this service that could not be read",
                        LongSupplier::getAsLong,
                        "log",
                        log);
    }

    /** Whether this instance is ready. */
    public void bind(BooleanSupplier ready) {
        new Figures<>(registry, ready)
                .gauge(
                        "budget.ready",
                        "1 while totals and ledger can be read and decisions are seen",
                        one -> one.getAsBoolean() ? 1 : 0);
    }

    private static void attempts(Figures<DeliveryCounts> figures, String kind, boolean delivered) {
        figures.counter(
                "budget.alert.attempts",
                "Attempts to deliver an alert",
                counts -> counts.attempts(kind, delivered),
                "kind",
                kind,
                "outcome",
                delivered ? "delivered" : "failed");
    }
}
