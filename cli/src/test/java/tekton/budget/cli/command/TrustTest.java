package tekton.budget.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.cli.command.StubBudget.Ended;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Commands against a server with TLS, whose certificate signed itself. */
class TrustTest {

    private static final String PASSWORD = "only-for-this-test";

    @TempDir Path directory;
    private HttpsServer server;

    @BeforeEach
    void serve() throws Exception {
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=budget",
                "-validity",
                "2",
                "-ext",
                "san=dns:localhost");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve("keys.p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 2);
                    exchange.getResponseBody().write("[]".getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldSayHowToTrustACertificateThatIsNot() throws Exception {
        Ended ended = status("https://localhost:" + server.getAddress().getPort());

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err())
                .contains("its certificate is not trusted here", "--ca-file", "BUDGET_CA_FILE");
    }

    @Test
    void shouldTrustTheCertificatesOfAFile() throws Exception {
        String url = "https://localhost:" + server.getAddress().getPort();
        Path pem = directory.resolve("ca.pem");
        keytool("-exportcert", "-rfc", "-file", pem.toString());

        assertThat(status(url, "--ca-file", pem.toString()).out()).contains("No limits");

        // The name still counts: the certificate is for localhost.
        Ended other = status(url.replace("localhost", "127.0.0.1"), "--ca-file", pem.toString());
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("no safe connection", "--url with the name");
    }

    @Test
    void shouldRefuseAFileThatHoldsNone() throws Exception {
        String url = "https://localhost:" + server.getAddress().getPort();
        Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing\n");

        assertThat(status(url, "--ca-file", empty.toString()).err())
                .contains("holds no certificates (expected: a PEM file");
        assertThat(status(url, "--ca-file", "gone.pem").code()).isEqualTo(2);
    }

    @Test
    void shouldTakeNoFileOfADirectoryForAUrlThatIsNotOfIt() throws Exception {
        Files.writeString(directory.resolve(".budget"), "ca-file = ca.pem\n");

        assertThat(status("https://localhost:1").err()).contains("expected: both from one place");
    }

    private Ended status(String url, String... options) throws IOException {
        try (StubBudget unused = new StubBudget(directory, 200, "[]")) {
            List<String> words = new ArrayList<>(List.of("status", "--url", url));
            words.addAll(List.of(options));
            return unused.run(words.toArray(String[]::new));
        }
    }

    private void keytool(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        command.addAll(List.of("-alias", "budget", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", directory.resolve("keys.p12").toString()));
        command.addAll(List.of("-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
