package tekton.budget.bench.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.product.ProcessSample;

class CalmTest {

    private static final ProcessSample BEFORE = live(60);

    @Test
    void shouldAllowWhatFillsOnceAndIsFullByHalfway() {
        assertThat(Calm.differences(BEFORE, live(80), live(150))).isEmpty();
        assertThat(Calm.differences(BEFORE, live(200), live(230))).isEmpty();
        assertThat(Calm.differences(BEFORE, live(260), live(170))).isEmpty();
    }

    @Test
    void shouldSeeWhatGrowsOn() {
        assertThat(Calm.differences(BEFORE, live(150), live(190)))
                .singleElement()
                .asString()
                .startsWith("live bytes since halfway");
        assertThat(Calm.differences(BEFORE, live(250), live(253)))
                .singleElement()
                .asString()
                .startsWith("live bytes since the start");
        assertThat(
                        Calm.differences(
                                BEFORE, BEFORE, new ProcessSample(BEFORE.liveBytes(), 1, 500, 900)))
                .hasSize(2);
    }

    private static ProcessSample live(long mib) {
        return new ProcessSample(mib * 1024 * 1024, 0, 80, 400);
    }
}
