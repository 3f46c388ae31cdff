package tekton.budget.metering.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;

import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.metrics.UsageMetrics;
import tekton.budget.metering.usage.UsageOutcome;
import tekton.budget.pricing.Charge;
import tekton.budget.topic.Origin;

import java.util.concurrent.TimeUnit;

class OpenUsageTest {

    private final UsageMetrics metrics = new MeteringMetrics(new SimpleMeterRegistry()).usage();

    @Test
    void shouldTellWhatIsCommittedAndOnce() {
        OpenUsage open = new OpenUsage(metrics);
        open.add(counted(1_000));
        open.add(new UsageOutcome.Duplicate());
        open.add(new UsageOutcome.Duplicate());
        open.add(new UsageOutcome.Unusable(Reason.CONFLICT, "why"));

        assertThat(metrics.duplicates().count()).as("not committed").isZero();
        open.committed(1_200);
        open.committed(1_300);

        assertThat(metrics.counted().count()).isEqualTo(1);
        assertThat(metrics.duplicates().count()).isEqualTo(2);
        assertThat(metrics.deadLetters().get(Reason.CONFLICT).count()).isEqualTo(1);
        assertThat(metrics.deadLetters().get(Reason.INVALID).count()).isZero();
    }

    @Test
    void shouldNotTellWhatATaskHadCountedBeforeItWasMadeAnew() {
        OpenUsage aborted = new OpenUsage(metrics);
        aborted.add(counted(1_000));
        OpenUsage again = new OpenUsage(metrics);
        again.add(counted(1_000));
        again.committed(1_100);

        assertThat(metrics.counted().count()).isEqualTo(1);
    }

    @Test
    void shouldTakeTheAgeOfTheOldestOfACommit() {
        OpenUsage open = new OpenUsage(metrics);
        open.add(counted(10_000));
        open.add(counted(9_950));
        open.add(counted(9_990));
        open.committed(10_050);
        open.add(counted(20_000));
        open.committed(20_025);
        open.add(counted(1_000));
        open.committed(1_000_000);
        open.add(counted(2_000_000));
        open.committed(1_999_999);

        var snapshot = metrics.contextsAge().takeSnapshot();

        assertThat(snapshot.histogramCounts())
                .extracting(bucket -> bucket.bucket(TimeUnit.MILLISECONDS), CountAtBucket::count)
                .startsWith(tuple(25.0, 2.0), tuple(50.0, 2.0), tuple(100.0, 3.0))
                .endsWith(tuple(60_000.0, 3.0), tuple(600_000.0, 3.0))
                .hasSize(11);
        assertThat(snapshot.count()).isEqualTo(4);
        assertThat(snapshot.total(TimeUnit.MILLISECONDS)).isEqualTo(100 + 25 + 999_000);
    }

    private static UsageOutcome counted(long appendedMs) {
        return new UsageOutcome.New(
                appendedMs, Charge.UNPRICED, new Origin(0, 0, appendedMs), null);
    }
}
