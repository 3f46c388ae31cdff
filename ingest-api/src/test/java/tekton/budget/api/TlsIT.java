package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.api.config.ServerCertificate;
import tekton.budget.testbroker.Patience;
import tekton.budget.testbroker.TestCertificates;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Instant;

import javax.net.ssl.SSLSocket;

/** Over TLS, with a certificate that is renewed while clients are connected. */
class TlsIT {

    @TempDir private Path directory;

    @Test
    void shouldServeOverTlsAndRenewItsCertificateUnderOpenConnections() throws Exception {
        TestCertificates certificates =
                TestCertificates.in(directory).issue("served").issue("next");
        try (Api api =
                Api.startTls(
                        new ServerCertificate(
                                certificates.certificate("served"),
                                certificates.key("served"),
                                null,
                                Instant.now()),
                        certificates.client())) {
            assertThat(api.get("/api").statusCode()).isEqualTo(200);
            // A caller in plain text hears nothing of value.
            assertThat(api.raw("GET /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .doesNotContain("Budget");
            // A tool asks this same instance.
            HttpResponse<String> tool =
                    api.post(
                            "/mcp",
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"model_price\",\"arguments\":{\"provider\":\"ollama\",\"model\":\"llama3\"}}}",
                            "Content-Type",
                            "application/json");
            assertThat(Api.json(tool).at("/result/isError").asBoolean(true))
                    .as(tool.body())
                    .isFalse();

            try (SSLSocket before = connect(certificates, api.port())) {
                X509Certificate old = shown(before);
                assertThat(status(before)).isEqualTo("HTTP/1.1 200");
                for (String kind : new String[] {".pem", ".key"}) {
                    Files.copy(
                            directory.resolve("next" + kind),
                            directory.resolve("served" + kind),
                            StandardCopyOption.REPLACE_EXISTING);
                }
                Patience.await(
                        () -> {
                            try (SSLSocket after = connect(certificates, api.port())) {
                                return !shown(after).equals(old)
                                        && status(after).equals("HTTP/1.1 200");
                            }
                        });
                assertThat(status(before)).describedAs("still connected").isEqualTo("HTTP/1.1 200");
                HttpResponse<String> again = api.post("/mcp", "{}", "Content-Type", "text/plain");
                assertThat(again.statusCode()).isNotEqualTo(503);
            }
        }
    }

    private static SSLSocket connect(TestCertificates certificates, int port) throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        certificates.client().getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
        socket.startHandshake();
        return socket;
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /** Of a request on that connection, which stays. */
    private static String status(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "HEAD /api HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String first = lines.readLine();
        String line = first;
        while (line != null && !line.isEmpty()) {
            line = lines.readLine();
        }
        return first == null ? "" : first.strip();
    }
}
