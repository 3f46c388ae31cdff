package tekton.budget.bench.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShareOfControlTest {

    @Test
    void shouldSayHowMuchOfTheControlIsReached() {
        ShareOfControl ratio = new ShareOfControl(24_500, 98_000);

        assertThat(ratio.percent()).isEqualTo(25);
        assertThat(ratio.times()).isEqualTo(0.25);
    }

    @Test
    void shouldRefuseAControlThatDidNothing() {
        assertThatThrownBy(() -> new ShareOfControl(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("control: 0");
        assertThatThrownBy(() -> new ShareOfControl(1, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
