package tekton.budget.metering.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.jspecify.annotations.Nullable;

import tekton.budget.topic.Topic;
import tekton.budget.topic.Topics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one Streams application of this process says of itself. Until it runs, gauges are not a
 * number. Any thread, also while Kafka is away or stores are restored.
 */
public final class AppMetrics implements StateRestoreListener {

    private static final String CONSUMERS = "consumer-fetch-manager-metrics";
    private static final String LAG = "records-lag";

    /** Restoring consumers read changelogs, which are no inputs. */
    private static final Set<String> INPUTS =
            Stream.of(
                            Topics.USAGE_REPORTED,
                            Topics.USAGE_STRAYS,
                            Topics.HAND_OVERS,
                            Topics.REQUESTS,
                            Topics.LEDGER_DELTAS)
                    .map(Topic::name)
                    .collect(Collectors.toUnmodifiableSet());

    private final String name;
    private final Timer commits;
    private final Counter restarts;
    private final Counter restored;
    private final Map<TopicPartition, Restore> restores = new ConcurrentHashMap<>();
    private volatile @Nullable Application source;

    /** Where an application is in its life, as it is told. */
    private enum Life {
        CREATED,
        /** Partitions are being given out or stores restored. */
        REBALANCING,
        RUNNING,
        /** Stopped, or stopping. */
        STOPPED,
        /** It has given up; only a restart of the process cures that. */
        FAILED;

        private static Life of(KafkaStreams.State state) {
            return switch (state) {
                case CREATED -> CREATED;
                case REBALANCING -> REBALANCING;
                case RUNNING -> RUNNING;
                case PENDING_SHUTDOWN, NOT_RUNNING -> STOPPED;
                case PENDING_ERROR, ERROR -> FAILED;
            };
        }
    }

    private record Application(
            Supplier<KafkaStreams.State> state,
            Supplier<Map<MetricName, ? extends Metric>> clients) {}

    /** A changelog that is being read, from and to an offset. */
    private record Restore(long next, long end) {
        private long remaining() {
            return Math.max(0, end - next);
        }
    }

    AppMetrics(MeterFactory meters, String name) {
        this.name = name;
        MeterRegistry registry = meters.registry();
        commits =
                Timer.builder("budget.stream.commit")
                        .description("Commits of transactions, and how long they took")
                        .tag(MeterFactory.APPLICATION, name)
                        .register(registry);
        restarts =
                meters.counter(
                        "budget.stream.thread.restarts",
                        "Stream threads that died and were replaced",
                        MeterFactory.APPLICATION,
                        name);
        restored =
                meters.counter(
                        "budget.restored.records",
                        "Changelog records that were restored",
                        MeterFactory.APPLICATION,
                        name);
        for (Life life : Life.values()) {
            gauge(
                    registry,
                    "budget.stream.state",
                    "1 for the state that an application is in",
                    running -> Life.of(running.state().get()) == life ? 1 : 0,
                    Tags.of("state", life.name().toLowerCase(Locale.ROOT)));
        }
        gauge(
                registry,
                "budget.restoring.stores",
                "Partitions of stores that are being restored",
                _ -> restores.size(),
                Tags.empty());
        gauge(
                registry,
                "budget.restoring.records",
                "Changelog records that are left to restore",
                _ -> restores.values().stream().mapToLong(Restore::remaining).sum(),
                Tags.empty());
    }

    /** Commits of transactions: how many, and how long they took without the flush before each. */
    public Timer commits() {
        return commits;
    }

    /** Stream threads that died and were replaced. */
    public Counter restarts() {
        return restarts;
    }

    /**
     * The application is there.
     *
     * @param state asks where it is
     * @param clients asks for the metrics of its Kafka clients
     */
    public void running(
            Supplier<KafkaStreams.State> state,
            Supplier<Map<MetricName, ? extends Metric>> clients) {
        restores.clear();
        source = new Application(state, clients);
    }

    /** The application is gone; a next one may come. */
    public void ended() {
        source = null;
        restores.clear();
    }

    boolean isRunning() {
        return source != null;
    }

    /** How far behind the consumers are; only partitions that were read lately. */
    List<MultiGauge.Row<Number>> lags() {
        Application running = source;
        return running == null
                ? List.of()
                : running.clients().get().values().stream().flatMap(this::lag).toList();
    }

    private Stream<MultiGauge.Row<Number>> lag(Metric metric) {
        MetricName metricName = metric.metricName();
        String topic = metricName.tags().get("topic");
        String partition = metricName.tags().get("partition");
        // Clients tell of a topic with dots twice, the second time without them.
        return metricName.name().equals(LAG)
                        && metricName.group().equals(CONSUMERS)
                        && topic != null
                        && INPUTS.contains(topic)
                        && partition != null
                        && metric.metricValue() instanceof Double records
                        && records >= 0
                ? Stream.of(
                        MultiGauge.Row.of(
                                Tags.of(
                                        MeterFactory.APPLICATION,
                                        name,
                                        "topic",
                                        topic,
                                        "partition",
                                        partition),
                                records))
                : Stream.empty();
    }

    private void gauge(
            MeterRegistry registry,
            String meter,
            String help,
            ToDoubleFunction<Application> value,
            Tags tags) {
        Gauge.builder(
                        meter,
                        this,
                        own -> {
                            Application running = own.source;
                            return running == null ? Double.NaN : value.applyAsDouble(running);
                        })
                .description(help)
                .tag(MeterFactory.APPLICATION, name)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long from, long end) {
        restores.put(changelog, new Restore(from, end));
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long last, long records) {
        restores.computeIfPresent(changelog, (_, one) -> new Restore(last + 1, one.end()));
        restored.increment((double) records);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long total) {
        restores.remove(changelog);
    }

    @Override
    public void onRestoreSuspended(TopicPartition changelog, String store, long total) {
        restores.remove(changelog);
    }
}
