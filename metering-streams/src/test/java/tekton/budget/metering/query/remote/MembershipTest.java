package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.Metrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

class MembershipTest {

    private static final Duration SESSION = Duration.ofSeconds(6);

    private final Metrics metrics = new Metrics();
    private final Set<String> living = new HashSet<>();
    private final Map<String, Double> secondsAgo = new HashMap<>();
    private long nanos;

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void shouldBeAMemberWhileEveryThreadHasBeatenWithinTheSession() {
        beat("thread-1", 0);
        beat("thread-2", 5);
        Membership membership = membership();

        assertThat(membership.getAsBoolean()).isTrue();

        beat("thread-2", 6);
        assertThat(membership.getAsBoolean()).isFalse();

        beat("thread-2", 0);
        assertThat(membership.getAsBoolean()).isTrue();
    }

    @Test
    void shouldBeAMemberBeforeTheFirstBeat() {
        assertThat(membership().getAsBoolean()).isTrue();

        beat("thread-1", -1);
        assertThat(membership().getAsBoolean()).isTrue();
    }

    /** Looking through all metrics is too much for every question. */
    @Test
    void shouldSeeAThreadThatReplacedAnotherWithinASecond() {
        beat("thread-1", 0);
        Membership membership = membership();
        beat("thread-2", 60);

        nanos = Duration.ofSeconds(1).toNanos();
        assertThat(membership.getAsBoolean()).as("not looked yet").isTrue();
        nanos++;
        assertThat(membership.getAsBoolean()).isFalse();
    }

    /** Its metrics stay, and grow. */
    @Test
    void shouldForgetAThreadThatDied() {
        beat("thread-1", 0);
        Membership membership = membership();
        beat("thread-2", 0);
        living.remove("thread-1");
        beat("thread-1", 3_600);

        assertThat(membership.getAsBoolean()).as("not looked yet").isFalse();
        nanos = Duration.ofSeconds(2).toNanos();
        assertThat(membership.getAsBoolean()).isTrue();
    }

    private Membership membership() {
        return new Membership(this::known, () -> living, SESSION, () -> nanos);
    }

    private Map<MetricName, ? extends Metric> known() {
        return metrics.metrics();
    }

    private void beat(String thread, double ago) {
        if (secondsAgo.put(thread, ago) == null) {
            living.add(thread);
            metrics.addMetric(
                    metrics.metricName(
                            "last-heartbeat-seconds-ago",
                            "consumer-coordinator-metrics",
                            Map.of("client-id", thread)),
                    (Gauge<Double>) (_, _) -> secondsAgo.get(thread));
        }
    }
}
