package tekton.budget.bench.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StartTimesTest {

    private final StartTimes times = new StartTimes();

    @Test
    void shouldTakeTheMiddleOfAnOddNumber() {
        times.add("ready", 9);
        times.add("ready", 1);
        times.add("ready", 2);
        times.add("health", 100);

        assertThat(times.median("ready")).isEqualTo(2);
    }

    @Test
    void shouldTakeTheMeanOfTheTwoInTheMiddle() {
        times.add("ready", 4);
        times.add("ready", 1);

        assertThat(times.median("ready")).isEqualTo(2.5);
    }

    @Test
    void shouldRefuseAFigureThatWasNotTaken() {
        assertThatThrownBy(() -> times.median("ready"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no figure: ready");
    }
}
