package tekton.budget.metering.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.MeteringFigures.App;
import tekton.budget.metering.query.MeteringFigures.Lag;

import java.util.LinkedHashMap;
import java.util.Map;

class ConsumerLagsTest {

    private static final String GROUP = "consumer-fetch-manager-metrics";

    private final Map<MetricName, Metric> metrics = new LinkedHashMap<>();

    @Test
    void shouldTakeTheLagsOfInputsAndNothingElse() {
        add("records-lag", GROUP, Map.of("topic", "budget.usage", "partition", "3"), 17.0);
        add("records-lag", GROUP, Map.of("topic", "budget.usage", "partition", "4"), Double.NaN);
        add("records-lag", GROUP, Map.of("topic", "budget_usage", "partition", "3"), 17.0);
        add("records-lag", GROUP, Map.of("topic", "x-totals-changelog", "partition", "0"), 5.0);
        add("records-lag", GROUP, Map.of(), 5.0);
        add("records-lag-max", GROUP, Map.of("topic", "budget.usage", "partition", "3"), 99.0);
        add("version", "app-info", Map.of(), "4.2.2");

        assertThat(ConsumerLags.of(App.METERING, metrics))
                .containsExactly(new Lag(App.METERING, "budget.usage", 3, 17));
    }

    private void add(String name, String group, Map<String, String> tags, Object value) {
        MetricName metricName = new MetricName(name, group, "", tags);
        metrics.put(
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
