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
                .hasMessage(
                        "long_context[0].above_input_tokens: %s (expected: a whole number, at least 1)"
                                .formatted(shown));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'rates': {'input': 'x', 'output': 0}} | rates.input | \"x\" (expected: a number"
                        + " of dollars",
                "{'rates': {'input': -1, 'output': 0}} | rates.input | -1 (expected: a number of"
                        + " dollars",
                "{'rates': {'input': 0, 'output': 0.0011}} | rates.output | 0.0011 (expected: a"
                        + " number of dollars",
                "{'rates': {'input': [], 'output': 0}} | rates.input | a JSON array (expected: a"
                        + " number",
                "{'rates': {'outptu': 7}} | rates.outptu | 7 (expected: no such field; there are ",
                "{'rates': 7} | rates | 7 (expected: an object)",
                "{'rates': {'input': 0}} | rates | input or output is missing",
                "{'rates': {'input': 0, 'output': 0}, 'long_context': 7} | long_context | 7"
                        + " (expected: an array",
                "{'rates': {'input': 0, 'output': 0}, 'long_context': [{'above_input_tokens': 9,"
                    + " 'rates': {'input': true}}]} | long_context[0].rates.input | true (expected:"
                    + " a number",
                "{'rates': {'input': 0, 'output': 0}, 'service_tiers': {'batch': {'rates':"
                        + " {'output': -2}}}} | service_tiers.batch.rates.output | -2 (expected: a"
                        + " number",
                "{'rates': {'input': 0, 'output': 0}, 'service_tiers': {'batch': 7}}"
                        + " | service_tiers.batch | 7 (expected: an object)",
                "{'rates': {'input': 0, 'output': 0}, 'service_tiers': {'bach': {'rates': {}}}}"
                        + " | service_tiers | bach (expected: batch, flex or priority)",
            })
    void shouldNameTheFieldTheValueAndTheExpectation(String body, String field, String rest) {
        assertThatThrownBy(
                        () ->
                                ClientTerms.read(
                                        body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        ClientTerms.WrongTermsException.class,
                        wrong -> assertThat(wrong.problem().field()).isEqualTo(field))
                .hasMessageStartingWith(field + ": " + rest);
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
