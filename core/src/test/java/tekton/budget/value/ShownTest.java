package tekton.budget.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.json.JsonMapper;

class ShownTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "100       | \"100\"",
                "a\"b\\c   | \"a\\\"b\\\\c\"",
                "é😀       | \"é😀\"",
            })
    void shouldShowTextInQuotes(String text, String expected) {
        assertThat(Shown.text(text)).hasToString(expected);
    }

    @Test
    void shouldEscapeWhatNobodySees() {
        assertThat(Shown.text("a\n\r\t\u0000\u001b\u007f\u0085\u2028\u202e\u200b\ud800b"))
                .hasToString(
                        "\"a\\n\\r\\t\\u0000\\u001b\\u007f\\u0085\\u2028\\u202e\\u200b\\ud800b\"");
    }

    @Test
    void shouldBoundTextWithoutCuttingACharacter() {
        assertThat(Shown.text("x".repeat(64))).hasToString('"' + "x".repeat(64) + '"');
        assertThat(Shown.text("x".repeat(65))).hasToString('"' + "x".repeat(64) + "…\"");
        assertThat(Shown.text("x".repeat(63) + "😀")).hasToString('"' + "x".repeat(63) + "…\"");
        assertThat(Shown.text("\u0000".repeat(1_000_000)).json()).hasSize(64 * 6 + 3);
    }

    @Test
    void shouldSayTheTextItself() {
        String text = "\"\\/\b\f\n\ud83d\ude00\u202e";

        assertThat(JsonMapper.shared().readValue(Shown.text(text).json(), String.class))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"101, 101", "-3, -3", "1.0, 1.0", "1e2, 1e2", "abc, \"abc\"", "1.5, \"1.5\""})
    void shouldShowAParameterThatIsANumberAsOne(String value, String expected) {
        assertThat(Shown.parameter(value).json()).isEqualTo(expected);
    }
}
