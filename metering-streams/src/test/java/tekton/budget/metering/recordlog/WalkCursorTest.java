package tekton.budget.metering.recordlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class WalkCursorTest {

    @Test
    void shouldBeReadAsItWasWritten() {
        WalkCursor cursor =
                new WalkCursor(
                        new TreeMap<>(
                                Map.of(
                                        10, new WalkCursor.Part(118, 0),
                                        2, new WalkCursor.Part(Long.MAX_VALUE / 100, 3))));

        assertThat(cursor).hasToString("p2u92233720368547758s3.p10u118s0");
        assertThat(WalkCursor.parse(cursor.toString())).isEqualTo(cursor);
    }

    @Test
    void shouldRefuseWhatItHasNotWritten() {
        for (String text :
                List.of(
                        "",
                        "p1u2",
                        "p1u2s3.",
                        "p1u2s3,p2u2s3",
                        "p-1u2s3",
                        "p1u9999999999999999999s3")) {
            assertThatThrownBy(() -> WalkCursor.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("cursor: not one of ours (expected: the next of the page before)");
        }
    }
}
