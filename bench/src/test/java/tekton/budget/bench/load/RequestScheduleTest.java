package tekton.budget.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestScheduleTest {

    @Test
    void aScheduleDoesNotCareWhatTimeItIs() {
        RequestSchedule pace = new RequestSchedule(1_000, 18_000);

        assertThat(pace.intendedNanos(0, 5)).isEqualTo(1_000);
        assertThat(pace.intendedNanos(18_000, 5)).isEqualTo(1_000 + 1_000_000_000L);
        assertThat(pace.intendedNanos(18_000 * 3_600L, 5)).isEqualTo(1_000 + 3_600_000_000_000L);
    }

    @Test
    void whatAStallHeldUpStaysDue() {
        RequestSchedule pace = new RequestSchedule(0, 1_000);

        // After a stall of one second, a thousand requests are due, the first for a whole second.
        long now = 1_000_000_000L;
        assertThat(pace.isDue(999, now)).isTrue();
        assertThat(pace.isDue(1_001, now)).isFalse();
        assertThat(now - pace.intendedNanos(0, now)).isEqualTo(1_000_000_000L);
    }

    @Test
    void aClosedLoopIsAlwaysDueAndNeverLate() {
        RequestSchedule pace = new RequestSchedule(0, 0);

        assertThat(pace.isDue(1_000_000, 7)).isTrue();
        assertThat(pace.intendedNanos(1_000_000, 7)).isEqualTo(7);
    }

    @Test
    void knowsWhatShouldHaveBeenSentByAnInstant() {
        assertThat(new RequestSchedule(1_000, 100).dueBy(1_000 + 2_000_000_000L)).isEqualTo(200);
        assertThat(new RequestSchedule(1_000, 0).dueBy(1_000 + 2_000_000_000L)).isZero();
    }

    @Test
    void nanoTimeMayWrap() {
        RequestSchedule pace = new RequestSchedule(Long.MAX_VALUE - 10, 1e9);

        assertThat(pace.isDue(20, Long.MAX_VALUE - 10)).isFalse();
        assertThat(pace.isDue(20, Long.MIN_VALUE + 30)).isTrue();
    }
}
