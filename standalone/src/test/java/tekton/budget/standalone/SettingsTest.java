package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.adapter.cloudevents.EventMapping;
import tekton.budget.adapter.otlp.OtlpMapping;
import tekton.budget.adapter.otlp.OtlpSignal;
import tekton.budget.alerting.config.AlertingSettings;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.api.access.AccessSettings;
import tekton.budget.api.config.ClusterSettings;
import tekton.budget.api.config.IngestSettings;
import tekton.budget.api.foreign.ForeignTopic;
import tekton.budget.api.foreign.ForeignTopics;
import tekton.budget.api.live.LiveSettings;
import tekton.budget.api.registry.HermesSettings;
import tekton.budget.api.usage.ForeignSettings;
import tekton.budget.metering.config.MeteringScale;
import tekton.budget.poller.config.PollerSettings;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.settings.KafkaConnection;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class SettingsTest {

    private static final String EVENT_TYPES =
            "{\"chat\": {\"model\": \"data.model\", \"tokens\": \"data.count\"}}";

    private static final KafkaConnection CLUSTER =
            new KafkaConnection("a:9092,[::1]:9093", Map.of(), 3);

    private static final Settings DEFAULTS =
            new Settings(
                    IngestSettings.local(8013, "localhost:9092", Path.of("data").toAbsolutePath()),
                    alerting(
                            KafkaConnection.plain("localhost:9092"),
                            null,
                            Path.of("data").toAbsolutePath(),
                            8,
                            false),
                    PollerSettings.of(new Environment(Map.of())),
                    9092,
                    List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                    Optional.empty());

    @Test
    void hasDefaults() throws Exception {
        assertThat(from(Map.of())).isEqualTo(DEFAULTS);
    }

    @Test
    void takesBlankForNotSet() throws Exception {
        Map<String, String> blank =
                Map.of("BUDGET_PORT", "", "BUDGET_DATA_DIR", " ", "KAFKA_BOOTSTRAP_SERVERS", "");

        assertThat(from(blank)).isEqualTo(DEFAULTS);
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
                        Map.entry("BUDGET_ALLOW_OPEN_BIND", "true"),
                        Map.entry("BUDGET_IN_FLIGHT_BYTES", "1048576"),
                        Map.entry("BUDGET_PUBLISH_TIMEOUT_MS", "2500"),
                        Map.entry("BUDGET_DECISION_TIMEOUT_MS", "750"),
                        Map.entry("BUDGET_DEFAULT_POLICIES", "False"),
                        Map.entry("BUDGET_LIVE_CONNECTIONS", "2000"),
                        Map.entry("BUDGET_LIVE_HEARTBEAT_SECONDS", "7"),
                        Map.entry("BUDGET_HERMES", "false"),
                        Map.entry("BUDGET_HERMES_NAME", "Meter"),
                        Map.entry("BUDGET_HERMES_PENIA", "true"),
                        Map.entry("BUDGET_HERMES_DIR", "/srv/tekton/Hermes"),
                        Map.entry("BUDGET_SHUTDOWN_ENDPOINT", "false"),
                        Map.entry("BUDGET_API_KEYS", "ci:ingest+read:" + "ab".repeat(32)),
                        Map.entry("BUDGET_API_REQUIRE_AUTH", "true"),
                        Map.entry("BUDGET_API_RATE_LIMIT", "600"),
                        Map.entry("BUDGET_API_ADDRESS_RATE_LIMIT", "900"),
                        Map.entry("BUDGET_CORS_ORIGINS", "https://tekton.example"),
                        Map.entry("BUDGET_ZONE", "Asia/Kathmandu"),
                        Map.entry("BUDGET_USAGE_PARTITIONS", "12"),
                        Map.entry("BUDGET_LEDGER_PARTITIONS", "4"),
                        Map.entry("BUDGET_REPLICATION", "3"),
                        Map.entry("BUDGET_STANDBY_REPLICAS", "1"),
                        Map.entry("BUDGET_STREAM_THREADS", "2"),
                        Map.entry("BUDGET_DRAIN_SECONDS", "5"),
                        Map.entry("BUDGET_ALERT_INSTANCE", "east"),
                        Map.entry("BUDGET_ALERT_ATTEMPTS", "3"),
                        Map.entry("BUDGET_ALERT_ALLOW_PRIVATE_TARGETS", "true"),
                        Map.entry("BUDGET_PRICE_SOURCES", "none"),
                        Map.entry("BUDGET_PRICE_LITELLM", "/etc/litellm.json"),
                        Map.entry("BUDGET_PRICE_OPENROUTER", "https://mirror.example/models"),
                        Map.entry("BUDGET_PRICE_FILE", "/etc/prices.json"),
                        Map.entry("BUDGET_OTLP_COMPONENT", "my.name, service.name"),
                        Map.entry("BUDGET_OTLP_BUDGET", "cost.center"),
                        Map.entry("BUDGET_OTLP_HOSTED_AGENTS", "true"),
                        Map.entry("BUDGET_EVENT_TYPES", EVENT_TYPES),
                        Map.entry("BUDGET_CLOUDEVENTS_TOPICS", "chat-events, other.events"),
                        Map.entry("BUDGET_OTLP_TOPICS", "otlp_spans,audit=logs"),
                        Map.entry("BUDGET_UPDATE_PRICES_ON_START", "false"),
                        Map.entry("BUDGET_PRICE_UPDATE_INTERVAL", "600"),
                        Map.entry("BUDGET_PRICE_CHANGE_FACTOR", "5"),
                        Map.entry("PATH", "/bin"));

        assertThat(from(variables))
                .isEqualTo(
                        new Settings(
                                new IngestSettings(
                                        18013,
                                        "127.0.0.1",
                                        true,
                                        "budget.example",
                                        "2.0.0-rc1",
                                        URI.create("https://hermes.example/api"),
                                        CLUSTER,
                                        Path.of("/var/lib/budget"),
                                        1 << 20,
                                        Duration.ofMillis(2_500),
                                        Duration.ofMillis(750),
                                        false,
                                        ZoneId.of("Asia/Kathmandu"),
                                        new LiveSettings(2_000, Duration.ofSeconds(7)),
                                        new HermesSettings(
                                                false,
                                                "Meter",
                                                HermesSettings.Penia.ALWAYS,
                                                Path.of("/srv/tekton/Hermes")),
                                        false,
                                        new AccessSettings(
                                                "ci:ingest+read:" + "ab".repeat(32),
                                                null,
                                                true,
                                                600,
                                                900,
                                                "https://tekton.example"),
                                        new ClusterSettings(
                                                new MeteringScale(12, 4, 1, 2),
                                                null,
                                                Duration.ofSeconds(5)),
                                        new ForeignSettings(
                                                new OtlpMapping(
                                                        List.of("my.name", "service.name"),
                                                        OtlpMapping.DEFAULT.context(),
                                                        OtlpMapping.DEFAULT.user(),
                                                        List.of("cost.center"),
                                                        true),
                                                EventMapping.parse(EVENT_TYPES)),
                                        new ForeignTopics(
                                                List.of(
                                                        new ForeignTopic("chat-events", null),
                                                        new ForeignTopic("other.events", null),
                                                        new ForeignTopic(
                                                                "otlp_spans", OtlpSignal.TRACES),
                                                        new ForeignTopic(
                                                                "audit", OtlpSignal.LOGS))),
                                        null),
                                alerting(CLUSTER, "east", Path.of("/var/lib/budget"), 3, true),
                                new PollerSettings(
                                        CLUSTER,
                                        Path.of("/var/lib/budget"),
                                        List.of(),
                                        URI.create("file:///etc/litellm.json"),
                                        URI.create("https://mirror.example/models"),
                                        Path.of("/etc/prices.json"),
                                        false,
                                        Duration.ofMinutes(10),
                                        5),
                                19092,
                                List.of("-Xmx1g", "-XX:+UseG1GC"),
                                Optional.of(CLUSTER)));
        assertThat(warning(variables)).isEmpty();
    }

    @Test
    void findsHermesByHostAndPortUnlessThereIsAUrl() {
        Map<String, String> parts = Map.of("HERMES_HOST", "registry", "HERMES_PORT", "18001");
        Map<String, String> both = new HashMap<>(parts);
        both.put("HERMES_URL", "http://elsewhere:1");

        assertThat(from(parts).ingest().hermesUrl())
                .isEqualTo(URI.create("http://registry:18001/api"));
        assertThat(from(both).ingest().hermesUrl()).isEqualTo(URI.create("http://elsewhere:1"));
    }

    @Test
    void namesVariablesNobodyKnows() throws Exception {
        Map<String, String> variables = Map.of("BUDGET_PROT", "1", "BUDGET_A", "", "OTHER", "x");

        assertThat(warning(variables))
                .isEqualToIgnoringNewLines("Not known and not used: BUDGET_A, BUDGET_PROT");
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
                "BUDGET_IN_FLIGHT_BYTES|1048575|1048576 to 1073741824",
                "BUDGET_PUBLISH_TIMEOUT_MS|999|1000 to 30000",
                "BUDGET_DECISION_TIMEOUT_MS|99|100 to 60000",
                "BUDGET_DECISION_TIMEOUT_MS|5s|100 to 60000",
                "BUDGET_DEFAULT_POLICIES|no|true or false",
                "BUDGET_ALLOW_OPEN_BIND|yes|true or false",
                "BUDGET_HERMES|no|true or false",
                "BUDGET_API_REQUIRE_AUTH|true|keys in BUDGET_API_KEYS or BUDGET_API_KEYS_FILE",
                "BUDGET_API_RATE_LIMIT|-1|0 to 10000000",
                "BUDGET_API_ADDRESS_RATE_LIMIT|1m|0 to 10000000",
                "BUDGET_API_KEYS_FILE|/nowhere/keys|a readable file",
                "BUDGET_CORS_ORIGINS|example.com|loopback, none, * or origins such as"
                        + " https://example.com, separated by commas",
                "BUDGET_HERMES_PENIA|yes|true or false",
                "BUDGET_SHUTDOWN_ENDPOINT|off|true or false",
                "BUDGET_HERMES_NAME|two words|1 to 253 letters, digits, dots or dashes, such as"
                        + " Budget",
                "HERMES_PORT|0|1 to 65535",
                "BUDGET_ALERT_ATTEMPTS|0|1 to 20",
                "BUDGET_ALERT_ALLOW_PRIVATE_TARGETS|yes|true or false",
                "BUDGET_BIND|no such host|loopback or an address of this machine",
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
        assertThatThrownBy(() -> from(Map.of(name, value)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("%s: %s (expected: %s)", name, value, expected);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "192.0.2.1", "::"})
    void listensOnLoopbackOnly(String address) {
        assertThatThrownBy(() -> from(Map.of("BUDGET_BIND", address)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith(
                        "BUDGET_BIND: " + address + " (expected: a loopback address");
    }

    @Test
    void theLocalBrokerIsAloneAndTakesEverybody() {
        assertThatThrownBy(() -> from(Map.of("BUDGET_REPLICATION", "3")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("BUDGET_REPLICATION: 3 (expected: 1, as")
                .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS");
    }

    @Test
    void refusesADirectoryThatCannotBe() {
        assertThatThrownBy(() -> from(Map.of("BUDGET_DATA_DIR", "a\0b")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageEndingWith("(expected: a directory)");
    }

    private static AlertingSettings alerting(
            KafkaConnection kafka,
            @Nullable String instance,
            Path dataDirectory,
            int attempts,
            boolean privateTargets) {
        return new AlertingSettings(
                kafka,
                instance,
                dataDirectory,
                new Attempts(attempts, Duration.ofSeconds(5)),
                privateTargets);
    }

    private static Settings from(Map<String, String> variables) {
        return Settings.from(new Environment(variables));
    }

    private static String warning(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        Settings.from(environment);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        environment.warnOfUnknown(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }
}
