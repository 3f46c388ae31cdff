package tekton.budget.metering.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.DeadLetter.Reason;
import tekton.budget.metering.query.MeteringFigures.Ages;
import tekton.budget.metering.topology.MeteringCounters.Outcome;
import tekton.budget.metering.usage.UsageOutcome;
import tekton.budget.pricing.Charge;
import tekton.budget.topic.Origin;

class OpenUsageTest {

    private final MeteringCounters counters = new MeteringCounters();

    @Test
    void shouldTellWhatIsCommittedAndOnce() {
        OpenUsage open = new OpenUsage(counters);
        open.add(counted(1_000));
        open.add(new UsageOutcome.Duplicate());
        open.add(new UsageOutcome.Duplicate());
        open.add(new UsageOutcome.Unusable(Reason.CONFLICT, "why"));

        assertThat(counters.count(Outcome.DUPLICATE)).as("not committed").isZero();
        open.committed(1_200);
        open.committed(1_300);

        assertThat(counters.count(Outcome.COUNTED)).isEqualTo(1);
        assertThat(counters.count(Outcome.DUPLICATE)).isEqualTo(2);
        assertThat(counters.deadLetters().count(Reason.CONFLICT)).isEqualTo(1);
        assertThat(counters.deadLetters().count(Reason.INVALID)).isZero();
    }

    @Test
    void shouldNotTellWhatATaskHadCountedBeforeItWasMadeAnew() {
        OpenUsage aborted = new OpenUsage(counters);
        aborted.add(counted(1_000));
        OpenUsage again = new OpenUsage(counters);
        again.add(counted(1_000));
        again.committed(1_100);

        assertThat(counters.count(Outcome.COUNTED)).isEqualTo(1);
    }

    @Test
    void shouldTakeTheAgeOfTheOldestOfACommit() {
        OpenUsage open = new OpenUsage(counters);
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

        Ages ages = counters.usageAges().ages();

        assertThat(ages.boundsMs()).startsWith(25L, 50L, 100L).isSorted();
        assertThat(ages.counts())
                .hasSize(ages.boundsMs().size() + 1)
                .containsExactly(2L, 0L, 1L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L);
        assertThat(ages.sumMs()).isEqualTo(100 + 25 + 999_000);
    }

    private static UsageOutcome counted(long appendedMs) {
        return new UsageOutcome.New(
                appendedMs, Charge.UNPRICED, new Origin(0, 0, appendedMs), null);
    }
}
