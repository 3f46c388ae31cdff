package tekton.budget.api;

import io.micrometer.core.instrument.Timer;

import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams.State;

import tekton.budget.event.DeadLetter;
import tekton.budget.ledger.Allocation.AllocationState;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.metering.metrics.LedgerMetrics;
import tekton.budget.metering.metrics.LedgerMetrics.Decision;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.metrics.UsageMetrics;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** What a metering has counted: each count is another small number. */
final class FakeCounts {

    private FakeCounts() {}

    static void put(MeteringMetrics metrics) {
        UsageMetrics usage = metrics.usage();
        usage.unpriced().increment(12);
        usage.estimated().increment(3);
        usage.duplicates().increment(13);
        usage.misrouted().increment(14);
        usage.skipped().increment(15);
        Objects.requireNonNull(usage.deadLetters().get(DeadLetter.Reason.CONFLICT)).increment(17);
        record(usage.contextsAge(), 3, 50);
        record(usage.contextsAge(), 2, 1_000);
        record(usage.contextsAge(), 1, 3_350);

        LedgerMetrics ledger = metrics.ledger();
        ledger.skipped().increment(16);
        Objects.requireNonNull(ledger.decisions().get(Decision.GRANTED)).increment(18);
        Objects.requireNonNull(ledger.refusals().get(RefusalCode.INSUFFICIENT_BUDGET))
                .increment(19);
        Objects.requireNonNull(ledger.ended().get(AllocationState.EXPIRED)).increment(20);
        ledger.tokensGranted().increment(21);
        ledger.tokensReturned().increment(22);
        ledger.openAllocations().put(0, 20L);
        ledger.openAllocations().put(2, 3L);

        record(metrics.ledgerApp().commits(), 1, 1_500);
        metrics.ledgerApp().restarts().increment(25);
        MetricName lag =
                new MetricName(
                        "records-lag",
                        "consumer-fetch-manager-metrics",
                        "",
                        Map.of("topic", "budget.usage", "partition", "3"));
        metrics.meteringApp().running(() -> State.RUNNING, () -> Map.of(lag, metric(lag, 26.0)));
        metrics.ledgerApp().running(() -> State.REBALANCING, Map::of);
        metrics.meteringApp().onRestoreStart(new TopicPartition("changelog", 0), "totals", 0, 28);
        // Last: a test waits for it.
        usage.counted().increment(11);
    }

    private static void record(Timer timer, int times, long ms) {
        for (int i = 0; i < times; i++) {
            timer.record(Duration.ofMillis(ms));
        }
    }

    private static Metric metric(MetricName name, double value) {
        return new Metric() {
            @Override
            public MetricName metricName() {
                return name;
            }

            @Override
            public Object metricValue() {
                return value;
            }
        };
    }
}
