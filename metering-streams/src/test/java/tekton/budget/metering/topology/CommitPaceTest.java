package tekton.budget.metering.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitPaceTest {

    private final CommitPace pace = new CommitPace();

    @Test
    void shouldCommitQuicklyWithLittleTraffic() {
        read(CommitPace.QUICK_RECORDS_MAX);

        assertThat(pace.commitNow(1_000)).isTrue();
        assertThat(pace.commitNow(1_099)).isFalse();
        assertThat(pace.commitNow(1_100)).isTrue();
    }

    @Test
    void shouldLeaveItToTheIntervalWithMuchTraffic() {
        assertThat(pace.commitNow(1_000)).isTrue();
        read(CommitPace.QUICK_RECORDS_MAX + 1);

        assertThat(pace.commitNow(1_999)).isTrue();
        assertThat(pace.commitNow(2_000)).isFalse();
        assertThat(pace.commitNow(2_999)).isFalse();
        assertThat(pace.commitNow(3_000)).isTrue();
    }

    @Test
    void shouldJudgeALongPauseByItsLength() {
        assertThat(pace.commitNow(1_000)).isTrue();
        read(CommitPace.QUICK_RECORDS_MAX * 3);

        assertThat(pace.commitNow(4_500)).isTrue();
    }

    private void read(int records) {
        for (int i = 0; i < records; i++) {
            pace.read();
        }
    }
}
