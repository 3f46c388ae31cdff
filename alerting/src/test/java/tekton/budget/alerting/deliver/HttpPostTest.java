package tekton.budget.alerting.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import tekton.budget.testbroker.Patience;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Against servers that behave badly. */
class HttpPostTest {

    private static final byte[] BODY = "{\"a\":1}".getBytes(UTF_8);

    private final HttpPost http = new HttpPost(true, Patience.LIMIT);

    /** For servers that never come to an end. */
    private final HttpPost impatient = new HttpPost(true, Duration.ofSeconds(1));

    @AfterEach
    void close() {
        http.close();
        impatient.close();
    }

    @Test
    void shouldSendTheBodyAndTheHeaders() throws IOException {
        try (TestServer server = new TestServer(TestServer.status(204))) {
            int status = http.send(URI.create(server.url()), Map.of("webhook-id", "5f0c"), BODY);

            assertThat(status).isEqualTo(204);
            TestServer.Request request = server.requests().getFirst();
            assertThat(request.line()).isEqualTo("POST /hook?x=1 HTTP/1.1");
            assertThat(request.headers())
                    .containsEntry("webhook-id", "5f0c")
                    .containsEntry("content-type", "application/json");
            assertThat(request.headers().get("host")).startsWith("127.0.0.1:");
            assertThat(request.body()).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void shouldNotFollowARedirect() throws IOException {
        try (TestServer elsewhere = new TestServer(TestServer.status(200));
                TestServer server =
                        new TestServer(
                                TestServer.raw(
                                        "HTTP/1.1 307 Elsewhere\r\nLocation: %s\r\n\r\n"
                                                .formatted(elsewhere.url())))) {
            assertThat(send(server)).isEqualTo(307);
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void shouldGiveUpOneThatNeverAnswers() {
        try (TestServer server = new TestServer(TestServer.silence())) {
            assertThatIOException()
                    .isThrownBy(() -> send(impatient, server))
                    .withMessage("no answer within 1 s");
        }
    }

    @Test
    void shouldGiveUpOneThatAnswersByteByByte() {
        TestServer.Behaviour dripping =
                (socket, _) -> {
                    OutputStream out = socket.getOutputStream();
                    while (true) {
                        out.write('H');
                        out.flush();
                        Thread.onSpinWait();
                    }
                };
        try (TestServer server = new TestServer(dripping)) {
            assertThatIOException().isThrownBy(() -> send(impatient, server));
        }
    }

    @Test
    void shouldNotReadAHugeAnswer() throws IOException {
        TestServer.Behaviour huge =
                (socket, _) -> {
                    OutputStream out = socket.getOutputStream();
                    out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
                    byte[] piece = new byte[65_536];
                    while (true) {
                        out.write(piece);
                    }
                };
        try (TestServer server = new TestServer(huge)) {
            assertThat(send(server)).isEqualTo(200);
        }
    }

    @Test
    void shouldSayThatItWasHungUpOn() {
        try (TestServer server = new TestServer((_, _) -> {})) {
            assertThatIOException()
                    .isThrownBy(() -> send(server))
                    .withMessage("closed without an answer");
        }
    }

    @Test
    void shouldSayThatItIsNotHttp() {
        try (TestServer server = new TestServer(TestServer.raw("SSH-2.0-OpenSSH\r\n"))) {
            assertThatIOException().isThrownBy(() -> send(server)).withMessage("not HTTP");
        }
    }

    @Test
    void shouldRefuseThisMachineUnlessAllowed() {
        try (TestServer server = new TestServer(TestServer.status(200));
                HttpPost strict = new HttpPost(false, Patience.LIMIT)) {
            for (String host : new String[] {"127.0.0.1", "localhost", "[::1]"}) {
                URI url = URI.create(server.url().replace("127.0.0.1", host));
                assertThatIOException()
                        .describedAs(host)
                        .isThrownBy(() -> strict.send(url, Map.of(), BODY));
            }
            assertThat(server.requests()).isEmpty();
        }
    }

    private int send(TestServer server) throws IOException {
        return send(http, server);
    }

    private static int send(HttpPost http, TestServer server) throws IOException {
        return http.send(URI.create(server.url()), Map.of(), BODY);
    }
}
