package tekton.budget.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvLineTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "plain name-1 | plain name-1",
                "a,b | \"a,b\"",
                "say \"hi\" | \"say \"\"hi\"\"\"",
                "=1+1 | '=1+1",
                "+1 | '+1",
                "-1 | '-1",
                "@SUM(A1) | '@SUM(A1)",
                "=A1,\"x\" | \"'=A1,\"\"x\"\"\"",
                "a=b@c | a=b@c",
                "~~ | ~~",
            })
    void shouldQuoteByRfc4180AndKeepFormulasFromRunning(String name, String field) {
        assertThat(CsvLine.text(name)).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(ints = {'\t', '\r', '\n'})
    void shouldNotLetAControlCharacterLeadToAFormula(int first) {
        String quote = first == '\t' ? "" : "\"";
        assertThat(CsvLine.text((char) first + "=1"))
                .isEqualTo(quote + "'" + (char) first + "=1" + quote);
    }
}
