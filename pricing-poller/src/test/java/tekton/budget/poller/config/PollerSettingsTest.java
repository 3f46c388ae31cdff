package tekton.budget.poller.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.settings.KafkaConnection;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class PollerSettingsTest {

    @Test
    void shouldHaveDefaults() {
        assertThat(of(Map.of("BUDGET_PRICE_FILE", " ")))
                .isEqualTo(
                        new PollerSettings(
                                KafkaConnection.plain("localhost:9092"),
                                Path.of("data").toAbsolutePath(),
                                List.of(
                                        SourceName.LITELLM,
                                        SourceName.OPENROUTER,
                                        SourceName.BUILT_IN),
                                URI.create(
                                        "https://raw.githubusercontent.com/BerriAI/litellm/main/"
                                                + "model_prices_and_context_window.json"),
                                URI.create("https://openrouter.ai/api/v1/models"),
                                null,
                                true,
                                Duration.ofHours(1),
                                10));
    }

    @Test
    void shouldReadEveryVariable() {
        Map<String, String> variables =
                Map.ofEntries(
                        Map.entry("KAFKA_BOOTSTRAP_SERVERS", "a:1"),
                        Map.entry("BUDGET_DATA_DIR", "/var/lib/budget"),
                        Map.entry("BUDGET_PRICE_SOURCES", "openrouter, litellm"),
                        Map.entry("BUDGET_PRICE_LITELLM", "/etc/prices.json"),
                        Map.entry("BUDGET_PRICE_OPENROUTER", "http://proxy/models?x=1"),
                        Map.entry("BUDGET_PRICE_FILE", "/etc/own.json"),
                        Map.entry("BUDGET_UPDATE_PRICES_ON_START", "false"),
                        Map.entry("BUDGET_PRICE_UPDATE_INTERVAL", "86400"),
                        Map.entry("BUDGET_PRICE_CHANGE_FACTOR", "3"));

        assertThat(of(variables))
                .isEqualTo(
                        new PollerSettings(
                                KafkaConnection.plain("a:1"),
                                Path.of("/var/lib/budget"),
                                List.of(SourceName.OPENROUTER, SourceName.LITELLM),
                                URI.create("file:///etc/prices.json"),
                                URI.create("http://proxy/models?x=1"),
                                Path.of("/etc/own.json"),
                                false,
                                Duration.ofDays(1),
                                3));
        assertThat(of(Map.of("BUDGET_PRICE_SOURCES", "none")).sources()).isEmpty();
        assertThat(of(Map.of("BUDGET_PRICE_LITELLM", "file:///etc/p.json")).litellm())
                .isEqualTo(URI.create("file:///etc/p.json"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BUDGET_PRICE_SOURCES|litelm|litellm,openrouter,built-in or none",
                "BUDGET_PRICE_SOURCES|litellm,|litellm,openrouter,built-in or none",
                "BUDGET_PRICE_SOURCES|litellm,litellm|each source once",
                "BUDGET_PRICE_LITELLM|file:prices|an http or https URL, or a file",
                "BUDGET_PRICE_UPDATE_INTERVAL|59|60 to 2592000",
                "BUDGET_PRICE_UPDATE_INTERVAL|1h|60 to 2592000",
                "BUDGET_PRICE_CHANGE_FACTOR|1|2 to 10000",
                "BUDGET_UPDATE_PRICES_ON_START|yes|true or false",
            })
    void shouldRefuse(String name, String value, String expected) {
        assertThatThrownBy(() -> of(Map.of(name, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("%s: %s (expected: %s)", name, value, expected);
    }

    private static PollerSettings of(Map<String, String> variables) {
        return PollerSettings.of(new Environment(variables));
    }
}
