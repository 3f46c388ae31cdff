package tekton.budget.metering.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.Map;

class AppMetricsTest {

    private static final String GROUP = "consumer-fetch-manager-metrics";
    private static final TopicPartition IDS = new TopicPartition("ids-changelog", 0);
    private static final TopicPartition TOTALS = new TopicPartition("totals-changelog", 0);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MeteringMetrics metrics = new MeteringMetrics(registry);
    private final AppMetrics app = metrics.meteringApp();
    private final Map<MetricName, Metric> clients = new LinkedHashMap<>();

    @Test
    void shouldTakeTheLagsOfInputsAndNothingElse() {
        add("records-lag", GROUP, Map.of("topic", "budget.usage", "partition", "3"), 17.0);
        add("records-lag", GROUP, Map.of("topic", "budget.usage", "partition", "4"), Double.NaN);
        add("records-lag", GROUP, Map.of("topic", "budget_usage", "partition", "3"), 17.0);
        add("records-lag", GROUP, Map.of("topic", "x-totals-changelog", "partition", "0"), 5.0);
        add("records-lag", GROUP, Map.of(), 5.0);
        add("records-lag-max", GROUP, Map.of("topic", "budget.usage", "partition", "3"), 99.0);
        add("version", "app-info", Map.of(), "4.2.2");
        run();

        metrics.refresh();

        assertThat(registry.find("budget.stream.lag.records").gauges())
                .singleElement()
                .satisfies(
                        gauge -> {
                            assertThat(gauge.value()).isEqualTo(17);
                            assertThat(gauge.getId().getTag("application")).isEqualTo("metering");
                            assertThat(gauge.getId().getTag("topic")).isEqualTo("budget.usage");
                            assertThat(gauge.getId().getTag("partition")).isEqualTo("3");
                        });
    }

    @Test
    void shouldTellWhatIsLeftToRestoreAndWhatIsDone() {
        run();
        app.onRestoreStart(IDS, "usage-ids", 100, 1_100);
        app.onRestoreStart(TOTALS, "totals", 0, 50);
        app.onBatchRestored(IDS, "usage-ids", 599, 480);

        assertRestoring(2, 550, 480);

        app.onBatchRestored(TOTALS, "totals", 49, 50);
        app.onRestoreEnd(TOTALS, "totals", 50);
        assertRestoring(1, 500, 530);

        app.onRestoreSuspended(IDS, "usage-ids", 480);
        assertRestoring(0, 0, 530);
    }

    @Test
    void shouldNotKnowHowAnApplicationStandsThatIsNotThere() {
        metrics.refresh();

        assertThat(gauge("budget.restoring.stores").value()).isNaN();
        assertThat(registry.get("budget.stream.state").gauges()).hasSize(10);
        assertThat(registry.get("budget.allocations.open").gauge().value()).isNaN();
        assertThat(registry.find("budget.stream.lag.records").gauges()).isEmpty();
        run();
        assertThat(
                        registry.get("budget.stream.state")
                                .tag("application", "metering")
                                .tag("state", "running")
                                .gauge()
                                .value())
                .isEqualTo(1);
    }

    /** As when Kafka goes away during the start, which is tried again. */
    @Test
    void shouldForgetAnApplicationThatHasEnded() {
        run();
        app.onRestoreStart(IDS, "usage-ids", 100, 1_100);

        app.ended();

        assertThat(gauge("budget.restoring.records").value()).isNaN();
        run();
        assertRestoring(0, 0, 0);
    }

    private void run() {
        app.running(() -> KafkaStreams.State.RUNNING, () -> clients);
    }

    private void assertRestoring(int stores, int left, int done) {
        assertThat(gauge("budget.restoring.stores").value()).isEqualTo(stores);
        assertThat(gauge("budget.restoring.records").value()).isEqualTo(left);
        assertThat(
                        registry.get("budget.restored.records")
                                .tag("application", "metering")
                                .counter()
                                .count())
                .isEqualTo(done);
    }

    private Gauge gauge(String name) {
        return registry.get(name).tag("application", "metering").gauge();
    }

    private void add(String name, String group, Map<String, String> tags, Object value) {
        MetricName metricName = new MetricName(name, group, "", tags);
        clients.put(
                metricName,
                new Metric() {
                    @Override
                    public MetricName metricName() {
                        return metricName;
                    }

                    @Override
                    public Object metricValue() {
                        return value;
                    }
                });
    }
}
