package tekton.budget.poller.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.event.PriceTerms;
import tekton.budget.event.Rates;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

class OperatorFileTest {

    @Test
    void shouldReadPricesWithAndWithoutATime() throws Exception {
        OperatorReading reading =
                read(
                        """
                        {"provider": "openai", "model": "m", "comment": "our contract",
                         "effective_from": "2026-05-01T00:00:00Z",
                         "rates": {"input": 0.000001, "output": 0.000002}},
                        {"provider": "own", "model": "a/b",
                         "rates": {"input": 0, "output": 0, "cached_input": 0}}\
                        """);

        assertThat(reading.unread()).isEmpty();
        assertThat(reading.entries()).hasSize(2);
        assertThat(reading.entries().getFirst().from())
                .isEqualTo(Instant.parse("2026-05-01T00:00:00Z"));
        assertThat(reading.entries().getFirst().terms())
                .isEqualTo(PriceTerms.flat(Rates.of(1_000_000, 2_000_000)));
        assertThat(reading.entries().getLast().from()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"provider\": \"p\", \"model\": \"m\", \"rates\": {\"input\": 1e-6}}|rates:",
                "{\"provider\": \"p\", \"model\": \"m\", \"rates\":"
                        + " {\"input\": -1, \"output\": 0}}|rates.input: -1",
                "{\"provider\": \"p\", \"model\": \"m\", \"rates\": {\"input\": 0, \"output\": 0,"
                        + " \"cached\": 0}}|rates.cached: 0 (expected: no such",
                "{\"provider\": \"p\", \"model\": \"m\", \"rate\":"
                        + " {\"input\": 0, \"output\": 0}}|rate: not known",
                "{\"provider\": \"p\", \"model\": \"m\", \"rates\":"
                        + " {\"input\": 1e-99999999, \"output\": 0}}|rates.input: 1E-99999999",
                "{\"provider\": \"p/q\", \"model\": \"m\", \"rates\":"
                        + " {\"input\": 0, \"output\": 0}}|provider or model",
                "{\"provider\": \"p\", \"model\": \"m\", \"effective_from\": \"yesterday\","
                    + " \"rates\": {\"input\": 0, \"output\": 0}}|effective_from: \"yesterday\"",
                "{\"provider\": \"p\", \"model\": \"m\","
                        + " \"effective_from\": \"0226-12-01T00:00:00Z\","
                        + " \"rates\": {\"input\": 0, \"output\": 0}}|effective_from: 0226",
            })
    void shouldSayWhatIsWrongWithAnEntryAndReadTheOthers(String entry, String why)
            throws Exception {
        OperatorReading reading =
                read(
                        entry
                                + ", {\"provider\": \"p\", \"model\": \"right\","
                                + " \"rates\": {\"input\": 0, \"output\": 0}}");

        assertThat(reading.entries()).hasSize(1);
        assertThat(reading.unread())
                .singleElement()
                .satisfies(unread -> assertThat(unread.reason()).startsWith(why));
    }

    @Test
    void shouldRefuseAnEntryThatIsNamedTwice() throws Exception {
        String entry =
                """
                {"provider": "p", "model": "m", "rates": {"input": 0, "output": 0}}\
                """;

        OperatorReading reading = read(entry + ", " + entry);

        assertThat(reading.entries()).hasSize(1);
        assertThat(reading.unread()).hasSize(1);
    }

    @Test
    void shouldRefuseWhatIsNoPriceFile() {
        assertThatThrownBy(() -> OperatorFile.read("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableFeedException.class)
                .hasMessage("prices: missing (expected: a list)");
    }

    private static OperatorReading read(String prices) throws UnreadableFeedException {
        return OperatorFile.read(
                ("{\"prices\": [" + prices + "]}").getBytes(StandardCharsets.UTF_8));
    }
}
