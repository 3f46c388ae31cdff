package tekton.budget.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.testbroker.TestCertificates;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

class ServerCertificateTest {

    @TempDir private static Path directory;

    private static TestCertificates certificates;

    @BeforeAll
    static void make() throws Exception {
        certificates =
                TestCertificates.in(directory)
                        .issue("good")
                        .issue("other")
                        .issue("ended", "-10d", 5);
    }

    private static ServerCertificate of(Path certificate, Path key, Instant now) {
        return new ServerCertificate(certificate, key, null, now);
    }

    private static void refused(Path certificate, Path key, Instant now, String... words)
            throws Exception {
        assertThatThrownBy(() -> of(certificate, key, now))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContainingAll(words)
                .message()
                .doesNotContain(Files.readAllLines(certificates.key("good")).get(1));
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws Exception {
        Path good = certificates.certificate("good");
        Path key = certificates.key("good");
        Path none = directory.resolve("none");
        Path text = Files.writeString(directory.resolve("text"), "no PEM");
        Instant now = Instant.now();

        refused(none, key, now, "BUDGET_TLS_CERTIFICATE_FILE: ", "none", "can be read");
        refused(good, none, now, "BUDGET_TLS_KEY_FILE: ", "none", "can be read");
        refused(text, key, now, "BUDGET_TLS_CERTIFICATE_FILE: ", "in PEM");
        refused(good, text, now, "BUDGET_TLS_KEY_FILE: ", "in PEM");
        // The files have changed places.
        refused(key, good, now, "BUDGET_TLS_CERTIFICATE_FILE: ", "in PEM");
        refused(good, certificates.key("other"), now, "BUDGET_TLS_KEY_FILE: ", "the key of the");
        refused(
                certificates.certificate("ended"),
                certificates.key("ended"),
                now,
                "BUDGET_TLS_CERTIFICATE_FILE: ",
                "has ended at");
        refused(good, key, now.minus(Duration.ofDays(2)), "begins at");
    }

    @Test
    void shouldNeedBothFilesOrNone() {
        assertThat(ServerCertificate.of(new Environment(Map.of()))).isEmpty();
        assertThatThrownBy(
                        () ->
                                ServerCertificate.of(
                                        new Environment(
                                                Map.of(
                                                        "BUDGET_TLS_CERTIFICATE_FILE",
                                                        certificates
                                                                .certificate("good")
                                                                .toString()))))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("BUDGET_TLS_KEY_FILE: ");
    }

    @Test
    void shouldKeepWhatItHasUntilBothFilesAreRenewed() throws Exception {
        TestCertificates renewed =
                TestCertificates.in(directory.resolve("renewed")).issue("served").issue("next");
        Path certificate = renewed.certificate("served");
        Path key = renewed.key("served");
        ServerCertificate served = of(certificate, key, Instant.now());
        BigInteger first = served.own().getSerialNumber();
        int[] heard = {0};
        served.onChange(() -> heard[0]++);

        assertThat(served.look(Instant.now())).isFalse();
        Files.copy(renewed.certificate("next"), certificate, REPLACE);
        assertThat(served.look(Instant.now())).describedAs("half of it").isFalse();
        assertThat(served.own().getSerialNumber()).isEqualTo(first);
        Files.copy(renewed.key("next"), key, REPLACE);
        assertThat(served.look(Instant.now())).isTrue();
        assertThat(served.own().getSerialNumber()).isNotEqualTo(first);
        assertThat(served.look(Instant.now())).isFalse();
        assertThat(heard[0]).isEqualTo(1);
    }

    private static final java.nio.file.CopyOption REPLACE =
            java.nio.file.StandardCopyOption.REPLACE_EXISTING;
}
