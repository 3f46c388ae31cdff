package tekton.budget.metering.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import tekton.budget.metering.query.MeteringFigures.Restoring;

class RestoreCountsTest {

    private static final TopicPartition IDS = new TopicPartition("ids-changelog", 0);
    private static final TopicPartition TOTALS = new TopicPartition("totals-changelog", 0);

    private final RestoreCounts counts = new RestoreCounts();

    @Test
    void shouldTellWhatIsLeftAndWhatIsDone() {
        counts.onRestoreStart(IDS, "usage-ids", 100, 1_100);
        counts.onRestoreStart(TOTALS, "totals", 0, 50);
        counts.onBatchRestored(IDS, "usage-ids", 599, 480);

        assertThat(counts.restoring()).isEqualTo(new Restoring(2, 550, 480));

        counts.onBatchRestored(TOTALS, "totals", 49, 50);
        counts.onRestoreEnd(TOTALS, "totals", 50);
        assertThat(counts.restoring()).isEqualTo(new Restoring(1, 500, 530));

        counts.onRestoreSuspended(IDS, "usage-ids", 480);
        assertThat(counts.restoring()).isEqualTo(new Restoring(0, 0, 530));
    }
}
