package tekton.budget.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

final class KafkaConnectionTest {

    @TempDir Path directory;

    @Test
    void everyClientGetsWhatTheFileSays() throws IOException {
        KafkaConnection connection =
                connection(
                        """
                        security.protocol=SASL_SSL
                        sasl.mechanism=SCRAM-SHA-512
                        ssl.truststore.location=/etc/kafka/trust.pem
                        """);

        assertThat(connection.client())
                .isEqualTo(
                        Map.of(
                                "bootstrap.servers", "a:1,b:2",
                                "security.protocol", "SASL_SSL",
                                "sasl.mechanism", "SCRAM-SHA-512",
                                "ssl.truststore.location", "/etc/kafka/trust.pem"));
    }

    @Test
    void withoutAFileThereIsNothingButTheAddress() {
        KafkaConnection connection =
                KafkaConnection.of(new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", "a:1")));

        assertThat(connection.client()).isEqualTo(Map.of("bootstrap.servers", "a:1"));
    }

    @Test
    void whatIsOursToChooseIsRefusedByName() {
        assertThatThrownBy(() -> connection("security.protocol=SSL\nacks=1\n"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("BUDGET_KAFKA_PROPERTIES: acks in ")
                .hasMessageContaining("security., ssl. or sasl.");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThatThrownBy(
                        () ->
                                KafkaConnection.of(
                                        new Environment(
                                                Map.of(
                                                        "BUDGET_KAFKA_PROPERTIES",
                                                        directory.resolve("absent").toString()))))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("absent")
                .hasMessageContaining("a properties file that can be read");
    }

    @Test
    void itsWordsHoldNoPassword() throws IOException {
        assertThat(connection("ssl.keystore.password=hunter2\n").toString())
                .contains("ssl.keystore.password")
                .doesNotContain("hunter2");
    }

    private KafkaConnection connection(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("kafka.properties"), content);
        return KafkaConnection.of(
                new Environment(
                        Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS",
                                "a:1,b:2",
                                "BUDGET_KAFKA_PROPERTIES",
                                file.toString())));
    }
}
