package tekton.budget.metering.query.remote;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether an application's members have lately told the group that they live. One that could not
 * for as long as a session lasts may have lost its partitions and not know: others go on counting,
 * and its stores stay as they are. Any thread.
 */
public final class Membership implements BooleanSupplier {

    private static final String HEARTBEAT = "last-heartbeat-seconds-ago";

    /** Members change when a stream thread is replaced. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Supplier<? extends Map<MetricName, ? extends Metric>> metrics;
    private final Supplier<Set<String>> members;
    private final Duration session;
    private final LongSupplier nanoTime;
    private volatile Known known;

    private record Known(List<? extends Metric> heartbeats, long atNanos) {}

    /**
     * The members of an application.
     *
     * @param metrics those of its clients
     * @param members the client ids of the members as they are now. Kafka Streams keeps the metrics
     *     of a stream thread that died and was replaced, and its last heartbeat is ever longer ago
     * @param session after which the group gives a silent member's partitions to others
     */
    public Membership(
            Supplier<? extends Map<MetricName, ? extends Metric>> metrics,
            Supplier<Set<String>> members,
            Duration session,
            LongSupplier nanoTime) {
        this.metrics = metrics;
        this.members = members;
        this.session = session;
        this.nanoTime = nanoTime;
        known = look();
    }

    @Override
    public boolean getAsBoolean() {
        Known current = known;
        if (nanoTime.getAsLong() - current.atNanos() > LOOK_AGAIN.toNanos()) {
            current = look();
            known = current;
        }
        return current.heartbeats().stream()
                .allMatch(heartbeat -> secondsAgo(heartbeat) < session.toSeconds());
    }

    private Known look() {
        Set<String> living = members.get();
        List<? extends Metric> heartbeats =
                metrics.get().values().stream()
                        .filter(metric -> metric.metricName().name().equals(HEARTBEAT))
                        .filter(metric -> living.contains(clientId(metric)))
                        .toList();
        return new Known(heartbeats, nanoTime.getAsLong());
    }

    private static String clientId(Metric metric) {
        return metric.metricName().tags().getOrDefault("client-id", "");
    }

    /** Negative before the first. */
    private static double secondsAgo(Metric heartbeat) {
        return heartbeat.metricValue() instanceof Number seconds ? seconds.doubleValue() : -1;
    }
}
