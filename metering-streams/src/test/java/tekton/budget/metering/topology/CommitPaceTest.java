package tekton.budget.metering.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class CommitPaceTest {

    private final CommitPace pace = new CommitPace(Duration.ofMillis(500));

    @Test
    void shouldCommitQuicklyWithLittleTraffic() {
        read(CommitPace.QUICK_RECORDS_MAX, 1_000);

        assertThat(pace.commitNow(1_000)).isTrue();
        assertThat(pace.commitNow(1_099)).isFalse();
        assertThat(pace.commitNow(1_100)).isTrue();
    }

    @Test
    void shouldCommitAtTheIntervalWithMuchTraffic() {
        rush(1_000, 2_000);

        assertThat(commitNow(2_100)).isFalse();
        assertThat(commitNow(2_499)).isFalse();
        assertThat(commitNow(2_500)).isTrue();
        assertThat(commitNow(2_600)).isFalse();
    }

    @Test
    void shouldLeaveABacklogToKafkaStreams() {
        rush(5_000, 5_999 - CommitPace.BEHIND.toMillis());

        assertThat(commitNow(6_100, 6_099 - CommitPace.BEHIND.toMillis())).isFalse();
        assertThat(commitNow(6_800, 6_799 - CommitPace.BEHIND.toMillis())).isFalse();
        assertThat(commitNow(6_900, 6_900 - CommitPace.BEHIND.toMillis()))
                .as("one record that is fresh enough")
                .isTrue();
    }

    @Test
    void shouldLeaveABacklogThatIsReadSlowlyToKafkaStreams() {
        assertThat(pace.commitNow(1_000)).isTrue();
        for (long nowMs = 10_000; nowMs <= 13_000; nowMs += 500) {
            assertThat(commitNow(nowMs, 2_000)).as("a record at %d", nowMs).isFalse();
        }
        assertThat(pace.commitNow(13_100)).as("nothing more was read").isTrue();
    }

    @Test
    void shouldLeaveTheBacklogOfStageTwoToKafkaStreamsThoughStageOneIsFresh() {
        assertThat(pace.commitNow(9_500)).isTrue();
        for (long nowMs = 10_000; nowMs <= 13_000; nowMs += 500) {
            pace.added(2_000);
            assertThat(commitNow(nowMs)).as("a record at %d", nowMs).isFalse();
        }
        assertThat(commitNow(13_100)).as("stage two read nothing more").isTrue();
    }

    @Test
    void shouldCommitAtOnceWhenABacklogHasEnded() {
        rush(5_000, 1_000);

        assertThat(commitNow(6_100, 1_000)).isFalse();
        assertThat(pace.commitNow(6_150)).as("too soon to tell").isFalse();
        assertThat(pace.commitNow(6_200)).as("nothing more was read").isTrue();
        assertThat(commitNow(6_300, 1_000)).as("and it goes on").isFalse();
    }

    @Test
    void shouldTakeUpTheQuickPaceWhenTheTrafficEnds() {
        rush(1_000, 2_000);

        assertThat(commitNow(2_999)).isTrue();
        assertThat(commitNow(3_000)).isFalse();
        assertThat(commitNow(3_100)).isTrue();
        assertThat(commitNow(3_200)).isTrue();
    }

    @Test
    void shouldJudgeALongPauseByItsLength() {
        assertThat(pace.commitNow(1_000)).isTrue();
        read(CommitPace.QUICK_RECORDS_MAX * 3, 4_400);

        assertThat(pace.commitNow(4_500)).isTrue();
    }

    /** Much traffic in the second that begins then. */
    private void rush(long beganMs, long appendedMs) {
        assertThat(pace.commitNow(beganMs)).isTrue();
        for (int i = 0; i <= CommitPace.QUICK_RECORDS_MAX; i++) {
            pace.counted(appendedMs);
        }
        pace.commitNow(beganMs + 1_000);
    }

    /** One record more, just appended, and the question. */
    private boolean commitNow(long nowMs) {
        return commitNow(nowMs, nowMs);
    }

    private boolean commitNow(long nowMs, long appendedMs) {
        pace.counted(appendedMs);
        return pace.commitNow(nowMs);
    }

    private void read(int records, long appendedMs) {
        for (int i = 0; i < records; i++) {
            pace.counted(appendedMs);
        }
    }
}
