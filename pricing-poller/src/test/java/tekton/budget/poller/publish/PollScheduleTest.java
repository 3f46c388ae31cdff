package tekton.budget.poller.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class PollScheduleTest {

    private static final Instant START = Instant.parse("2026-09-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void shouldAskAtTheStartOnceAndThenByTheInterval() {
        PollSchedule schedule = new PollSchedule(HOUR, START, true);

        assertThat(schedule.isDue(START, Instant.EPOCH)).isTrue();
        schedule.begun(START);
        assertThat(schedule.isDue(START.plusSeconds(3_599), START)).isFalse();
        assertThat(schedule.isDue(START.plusSeconds(3_600), START)).isTrue();
    }

    @Test
    void shouldNotAskAtTheStartWhenToldSo() {
        PollSchedule schedule = new PollSchedule(HOUR, START, false);

        assertThat(schedule.isDue(START, Instant.EPOCH)).isFalse();
        assertThat(schedule.isDue(START.plusSeconds(3_600), Instant.EPOCH)).isTrue();
    }

    @Test
    void shouldNotAskWhatAnotherPollerHasJustAsked() {
        PollSchedule schedule = new PollSchedule(HOUR, START, false);
        Instant later = START.plus(HOUR);

        assertThat(schedule.isDue(later, later.minusSeconds(5))).isFalse();
        assertThat(schedule.isDue(later, later.plusSeconds(5))).as("a clock set back").isTrue();
    }

    @Test
    void shouldAskAgainSoonWhatCouldNotBeWritten() {
        PollSchedule schedule = new PollSchedule(HOUR, START, true);
        schedule.begun(START);

        assertThat(schedule.isDue(START.plusSeconds(59), Instant.EPOCH)).isFalse();
        assertThat(schedule.isDue(START.plusSeconds(60), Instant.EPOCH)).isTrue();
    }
}
