package tekton.budget.bench.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;

class DrainMarksTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void shouldTellWarmFromWhole() {
        DrainMarks marks = new DrainMarks();
        marks.add(0, 0);
        marks.add(4 * SECOND, 200);
        marks.add(6 * SECOND, 500);
        marks.add(8 * SECOND, 1_000);

        assertThat(marks.whole()).isEqualTo(125);
        assertThat(marks.warm()).isEqualTo(250);
    }

    @Test
    void shouldTakeHalfOfWhatTheFirstLookLeft() {
        DrainMarks marks = new DrainMarks();
        marks.add(0, 400);
        marks.add(SECOND, 600);
        marks.add(2 * SECOND, 700);
        marks.add(3 * SECOND, 1_000);

        assertThat(marks.warm()).isEqualTo(300);
    }

    @Test
    void shouldBeWholeWhenOnlyTheLastLookSawHalf() {
        DrainMarks marks = new DrainMarks();
        marks.add(0, 0);
        marks.add(2 * SECOND, 1_000);

        assertThat(marks.warm()).isEqualTo(500);
    }

    @Test
    void shouldLookUntilAllIsCounted() throws Exception {
        Iterator<Long> counts = List.of(1L, 3L).iterator();

        DrainMarks marks = new DrainWatch(3, 60).until("test", System.nanoTime(), 0, counts::next);

        assertThat(marks.last().counted()).isEqualTo(3);
        assertThat(counts.hasNext()).isFalse();
    }

    @Test
    void shouldFailWhenMoreIsCountedThanThereIs() {
        assertThatThrownBy(() -> new DrainWatch(3, 60).until("test", 0, 0, () -> 4))
                .isInstanceOf(IOException.class)
                .hasMessage("counted 4 of 3");
    }
}
