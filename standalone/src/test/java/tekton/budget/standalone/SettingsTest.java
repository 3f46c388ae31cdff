package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class SettingsTest {

    private static final Settings DEFAULTS =
            new Settings(
                    8013,
                    "localhost",
                    "localhost",
                    "0.1.0",
                    URI.create("http://localhost:8001/api"),
                    Path.of("data").toAbsolutePath(),
                    9092,
                    List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                    Optional.empty(),
                    List.of());

    @Test
    void hasDefaults() throws Exception {
        assertThat(Settings.from(Map.of())).isEqualTo(DEFAULTS);
    }

    @Test
    void takesBlankForNotSet() throws Exception {
        Map<String, String> blank =
                Map.of("BUDGET_PORT", "", "BUDGET_DATA_DIR", " ", "KAFKA_BOOTSTRAP_SERVERS", "");

        assertThat(Settings.from(blank)).isEqualTo(DEFAULTS);
    }

    @Test
    void readsEveryVariable() throws Exception {
        Map<String, String> variables =
                Map.ofEntries(
                        Map.entry("BUDGET_PORT", "18013"),
                        Map.entry("BUDGET_BIND", "127.0.0.1"),
                        Map.entry("BUDGET_HOST", "budget.example"),
                        Map.entry("BUDGET_VERSION", "2.0.0-rc1"),
                        Map.entry("HERMES_URL", "https://hermes.example/api"),
                        Map.entry("BUDGET_DATA_DIR", "/var/lib/budget"),
                        Map.entry("BUDGET_KAFKA_PORT", "19092"),
                        Map.entry("BUDGET_KAFKA_OPTS", "-Xmx1g  -XX:+UseG1GC"),
                        Map.entry("BUDGET_JAVA_OPTS", "-Xmx2g"),
                        Map.entry("KAFKA_BOOTSTRAP_SERVERS", "a:9092,[::1]:9093"),
                        Map.entry("PATH", "/bin"));

        assertThat(Settings.from(variables))
                .isEqualTo(
                        new Settings(
                                18013,
                                "127.0.0.1",
                                "budget.example",
                                "2.0.0-rc1",
                                URI.create("https://hermes.example/api"),
                                Path.of("/var/lib/budget"),
                                19092,
                                List.of("-Xmx1g", "-XX:+UseG1GC"),
                                Optional.of("a:9092,[::1]:9093"),
                                List.of()));
    }

    @Test
    void namesVariablesNobodyKnows() throws Exception {
        Map<String, String> variables = Map.of("BUDGET_PROT", "1", "BUDGET_A", "", "OTHER", "x");

        assertThat(Settings.from(variables).unknown()).containsExactly("BUDGET_A", "BUDGET_PROT");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BUDGET_PORT|99999|1 to 65535",
                "BUDGET_PORT|0|1 to 65535",
                "BUDGET_PORT|eighty|1 to 65535",
                "BUDGET_KAFKA_PORT|-1|1 to 65535",
                "BUDGET_KAFKA_PORT|8013|another port than BUDGET_PORT",
                "BUDGET_HOST|two words|1 to 253 letters, digits, dots or dashes, such as localhost",
                "BUDGET_HOST|http://x|1 to 253 letters, digits, dots or dashes, such as localhost",
                "BUDGET_VERSION|v 1|1 to 253 letters, digits, dots or dashes, such as 0.1.0",
                "HERMES_URL|localhost:8001|an http or https URL such as http://localhost:8001/api",
                "HERMES_URL|ftp://x/|an http or https URL such as http://localhost:8001/api",
                "HERMES_URL|http://a b|an http or https URL such as http://localhost:8001/api",
                "KAFKA_BOOTSTRAP_SERVERS|localhost|host:port, several separated by commas",
                "KAFKA_BOOTSTRAP_SERVERS|a:1,|host:port, several separated by commas",
                "KAFKA_BOOTSTRAP_SERVERS|a:70000|host:port, several separated by commas",
            })
    void refuses(String name, String value, String expected) {
        assertThatThrownBy(() -> Settings.from(Map.of(name, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("%s: %s (expected: %s)", name, value, expected);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "192.0.2.1", "::"})
    void listensOnLoopbackOnly(String address) {
        assertThatThrownBy(() -> Settings.from(Map.of("BUDGET_BIND", address)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith(
                        "BUDGET_BIND: " + address + " (expected: a loopback address");
    }

    @Test
    void refusesADirectoryThatCannotBe() {
        assertThatThrownBy(() -> Settings.from(Map.of("BUDGET_DATA_DIR", "a\0b")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageEndingWith("(expected: a directory)");
    }
}
