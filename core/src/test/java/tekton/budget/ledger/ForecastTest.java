package tekton.budget.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;

class ForecastTest {

    @ParameterizedTest
    @CsvSource({
        // now, used, limit, exhausted at; the window is 1000 to 2000
        "1500, 80, 100, 1625",
        "1500, 50.0, 100,",
        "1500, 50.1, 100, 1999",
        "1500, 100, 100,",
        "1500, 0, 100,",
        "1000, 10, 100,",
        "2000, 99, 100,",
        "1001, 0.000000000001, 1000000,",
        "1500, 3, 4, 1667"
    })
    void shouldGoOnAsTheWindowBegan(
            long nowMs, BigDecimal used, BigDecimal limit, Long exhaustedAtMs) {
        assertThat(Forecast.exhaustedAtMs(1_000, 2_000, nowMs, used, limit))
                .isEqualTo(exhaustedAtMs);
    }
}
