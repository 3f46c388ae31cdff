package tekton.budget.bench.longrun;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

class FlatnessTest {

    @Test
    void shouldCallFlatWhatOnlyWarmsUpOrHasOneOddSample() {
        assertThat(
                        Flatness.rising(
                                "x",
                                List.of(
                                        10L, 500L, 900L, 1_000L, 1_001L, 999L, 1_000L, 1_002L,
                                        1_000L, 1_001L, 999L, 1_000L),
                                0))
                .isEmpty();
        assertThat(
                        Flatness.rising(
                                "x",
                                List.of(1L, 1L, 1_000L, 1_000L, 9_000L, 1_000L, 1_000L, 1_000L),
                                0))
                .isEmpty();
        assertThat(Flatness.rising("x", List.of(4L, 3L, 2L, 1L, 1L, 1L), 0)).isEmpty();
    }

    @Test
    void shouldSeeARiseBeyondATenthAndTheAllowance() {
        List<Long> rising = LongStream.range(0, 40).mapToObj(i -> 1_000 + i * 10).toList();

        assertThat(Flatness.rise(rising)).isEqualTo(290);
        assertThat(Flatness.rising("heap", rising, 0))
                .hasValueSatisfying(
                        sentence -> assertThat(sentence).startsWith("heap: rises by 290 over 30"));
        assertThat(Flatness.rising("heap", rising, 200)).isEmpty();
    }

    @Test
    void shouldSayNothingOfTooFewSamples() {
        assertThat(Flatness.rising("x", List.of(1L, 2L, 4L, 8L), 0)).isEmpty();
        assertThat(Flatness.rise(List.of(1L))).isZero();
    }
}
