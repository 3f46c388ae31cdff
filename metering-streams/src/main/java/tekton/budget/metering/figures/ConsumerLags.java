package tekton.budget.metering.figures;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

import tekton.budget.metering.query.MeteringFigures.App;
import tekton.budget.metering.query.MeteringFigures.Lag;
import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far the consumers of an application's inputs are behind, of all that Kafka's clients say of
 * themselves: this and no more. Restoring consumers read changelogs, which are no inputs.
 */
final class ConsumerLags {

    private static final String GROUP = "consumer-fetch-manager-metrics";
    private static final String LAG = "records-lag";

    private static final Set<String> INPUTS =
            Stream.of(
                            Topics.USAGE_REPORTED,
                            Topics.USAGE_STRAYS,
                            Topics.HAND_OVERS,
                            Topics.REQUESTS,
                            Topics.LEDGER_DELTAS)
                    .map(Topic::name)
                    .collect(Collectors.toUnmodifiableSet());

    private ConsumerLags() {}

    static List<Lag> of(App app, Map<MetricName, ? extends Metric> metrics) {
        List<Lag> lags = new ArrayList<>();
        for (Metric metric : metrics.values()) {
            MetricName name = metric.metricName();
            if (name.name().equals(LAG) && name.group().equals(GROUP)) {
                String topic = name.tags().get("topic");
                String partition = name.tags().get("partition");
                // Clients tell of a topic with dots twice, the second time without them.
                if (topic != null
                        && INPUTS.contains(topic)
                        && partition != null
                        && metric.metricValue() instanceof Double records
                        && records >= 0) {
                    lags.add(new Lag(app, topic, Integer.parseInt(partition), records.longValue()));
                }
            }
        }
        return lags;
    }
}
