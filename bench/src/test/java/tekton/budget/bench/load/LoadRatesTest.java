package tekton.budget.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.bench.load.LoadRuns.LoadRate;
import tekton.budget.bench.load.LoadRuns.LoadRates;

import java.util.List;

class LoadRatesTest {

    @Test
    void shouldCompareTheFirstSecondsWithAsManyConnectionsWarm() {
        LoadRates rates =
                new LoadRates(
                        1_000,
                        List.of(
                                new LoadRate(64, 4_000, 300, true),
                                new LoadRate(256, 8_000, 300, true)));

        assertThat(rates.coldPercent()).isEqualTo(25);
        assertThat(rates.best()).isEqualTo(8_000);
        assertThat(rates.isRight()).isTrue();
    }

    @Test
    void shouldNotBeRightWhenOneRunIsNot() {
        LoadRates rates = new LoadRates(0, List.of(new LoadRate(64, 4_000, 300, false)));

        assertThat(rates.isRight()).isFalse();
    }
}
