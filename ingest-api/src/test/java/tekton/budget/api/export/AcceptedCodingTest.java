package tekton.budget.api.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedCodingTest {

    @ParameterizedTest
    @CsvSource({
        "'', false",
        "gzip, true",
        "'gzip, deflate, br', true",
        "'br;q=1.0, GZIP;q=0.8, *;q=0.1', true",
        "'*', true",
        "'identity', false",
        "'gzip;q=0', false",
        "'gzip; q=0.000, *', false",
        "'gzip;q=0.001', true",
        "'*;q=0', false",
        "'gzip;level=9', false",
        "',,;q=1,', false",
    })
    void shouldGzipForWhoTakesIt(String header, boolean gzip) {
        assertThat(AcceptedCoding.takesGzip(header)).isEqualTo(gzip);
    }
}
