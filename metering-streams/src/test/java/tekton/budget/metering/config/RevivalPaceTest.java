package tekton.budget.metering.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class RevivalPaceTest {

    @Test
    void shouldWaitLongerForWhatComesBackAtOnce() {
        RevivalPace pace = new RevivalPace();
        Duration soon = Duration.ofSeconds(3);

        assertThat(pace.after(soon)).isEqualTo(RevivalPace.FIRST);
        assertThat(pace.after(soon)).isEqualTo(RevivalPace.FIRST.multipliedBy(2));
        for (int i = 0; i < 10; i++) {
            assertThat(pace.after(soon)).isLessThanOrEqualTo(RevivalPace.LONGEST);
        }
        assertThat(pace.after(soon)).isEqualTo(RevivalPace.LONGEST);
        assertThat(pace.after(RevivalPace.WELL)).isEqualTo(RevivalPace.FIRST);
    }
}
