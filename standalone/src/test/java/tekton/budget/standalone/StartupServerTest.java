package tekton.budget.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.broker.FreePorts;
import tekton.budget.settings.Environment;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@Timeout(60)
class StartupServerTest {

    private int port;
    private Settings settings = Settings.from(new Environment(Map.of()));

    @BeforeEach
    void chooseAFreePort() throws IOException {
        port = FreePorts.find(1).getFirst();
        settings = Settings.from(new Environment(Map.of("BUDGET_PORT", String.valueOf(port))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET /health            | 503 | \"status\":\"starting\"",
                "GET /api/v1/status     | 503 | \"missing\":[\"http\"",
                "GET /health?a=b        | 503 | connecting",
                "GET /                  | 200 | \"component\":\"budget\"",
                "GET /api               | 200 | \"status\":\"starting\"",
                "GET /ready             | 503 | Budget is starting",
                "POST /api/usage/record | 503 | service_unavailable",
                "GET /apiary            | 503 | service_unavailable",
            })
    void shouldAnswerEverybody(String request, int status, String part) throws IOException {
        try (StartupServer server = open()) {
            String answer = exchange(connect(), request);

            assertThat(answer).startsWith("HTTP/1.1 " + status + ' ').contains(part);
            assertThat(answer.contains("Retry-After: 1")).isEqualTo(status == 503);
            server.part("broker", "up");
            assertThat(exchange(connect(), "GET /health"))
                    .contains("\"broker\":{\"status\":\"up\"}");
        }
    }

    @Test
    void shouldShowABrowserAPageThatComesBack() throws IOException {
        try (StartupServer _ = open()) {
            String answer =
                    exchange(connect(), "GET / HTTP/1.1\r\nACCEPT: text/html, */*;q=0.8\r\nX:");

            assertThat(answer)
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Content-Type: text/html")
                    .contains("http-equiv=\"refresh\"")
                    .endsWith("</html>\n");
        }
    }

    @Test
    void shouldAnswerAHeadWithoutABody() throws IOException {
        try (StartupServer _ = open()) {
            assertThat(exchange(connect(), "HEAD /health"))
                    .contains("Content-Length: ")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void shouldSwallowWhatIsSentAlong() throws IOException {
        try (StartupServer _ = open();
                Socket caller = connect()) {
            String body = "x".repeat(500_000);
            caller.getOutputStream()
                    .write(
                            ("POST /api/usage/batch HTTP/1.1\r\nContent-Length: 500000\r\n\r\n"
                                            + body)
                                    .getBytes(StandardCharsets.US_ASCII));
            caller.shutdownOutput();

            assertThat(read(caller)).startsWith("HTTP/1.1 503 ").endsWith("}");
        }
    }

    /** Whoever came in time is answered, and the port is free for the next at once. */
    @Test
    void shouldLeaveThePortAndNobodyUnanswered() throws IOException {
        StartupServer server = open();
        List<Socket> callers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            callers.add(connect());
        }

        server.close();

        try (ServerSocket next = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThat(next.isBound()).isTrue();
            for (Socket caller : callers) {
                assertThat(exchange(caller, "GET /health")).startsWith("HTTP/1.1 503 ");
            }
        }
        server.close();
    }

    @Test
    void shouldNotListenWhereSomebodyElseDoes() throws IOException {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(this::open).isInstanceOf(BindException.class);
        }
        open().close();
    }

    @Test
    void shouldHaveTheStarterLetGoOfThePort() throws Exception {
        String token = "0123456789abcdef".repeat(2);
        ServerSocket starter = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
        List<String> heard = new ArrayList<>();
        Thread holding =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try (Socket caller = starter.accept()) {
                                        byte[] head = new byte[1_000];
                                        int length = caller.getInputStream().read(head);
                                        heard.add(
                                                new String(
                                                        head,
                                                        0,
                                                        length,
                                                        StandardCharsets.US_ASCII));
                                        starter.close();
                                        caller.getOutputStream().write('H');
                                    } catch (IOException failed) {
                                        heard.add(failed.toString());
                                    }
                                });

        Starter.release(new Environment(Map.of(Starter.TOKEN, token)), port);

        open().close();
        holding.join();
        assertThat(heard)
                .singleElement()
                .asString()
                .startsWith("POST /starter/release HTTP/1.1\r\n")
                .contains("Starter-Token: " + token + "\r\n");
        // Nobody there, or nobody to ask: nothing happens.
        Starter.release(new Environment(Map.of(Starter.TOKEN, token)), port);
        Starter.release(new Environment(Map.of(Starter.TOKEN, "a\r\nb")), port);
    }

    private StartupServer open() throws IOException {
        return StartupServer.open(settings, Instant.now());
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private static String exchange(Socket socket, String request) throws IOException {
        try (socket) {
            socket.getOutputStream()
                    .write(
                            (request + " HTTP/1.1\r\nHost: x\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return read(socket);
        }
    }

    private static String read(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
