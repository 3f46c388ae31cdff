package tekton.budget.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.event.TieredRates.LongContextRates;

import java.nio.charset.StandardCharsets;

class ClientTermsTest {

    @ParameterizedTest
    @ValueSource(strings = {"128000", "128000.0", "1.28e5", "1280000E-1"})
    void shouldTakeWholeNumbersHoweverTheyAreWritten(String written) {
        assertThat(ClientTerms.read(terms(written)).standard().longContext())
                .extracting(LongContextRates::aboveInputTokens)
                .containsExactly(128_000L);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "128000.5, 128000.5",
                "1e400, 1E+400",
                "1e-400, 1E-400",
                "'128000', \"128000\"",
                "true, true",
            })
    void shouldShowWhatIsNoSuchNumber(String written, String shown) {
        assertThatThrownBy(() -> ClientTerms.read(terms(written)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("above_input_tokens: " + shown + " (in ");
    }

    @Test
    void shouldBoundWhatItShows() {
        assertThatThrownBy(() -> ClientTerms.read(terms("'" + "x".repeat(60_000) + "'")))
                .message()
                .hasSizeLessThan(300);
    }

    private static byte[] terms(String above) {
        return """
        {"rates": {"input": 0.000001, "output": 0.000002},
         "long_context": [{"above_input_tokens": %s,
          "rates": {"input": 0.000002, "output": 0.000003}}]}
        """
                .formatted(above.replace('\'', '"'))
                .getBytes(StandardCharsets.UTF_8);
    }
}
