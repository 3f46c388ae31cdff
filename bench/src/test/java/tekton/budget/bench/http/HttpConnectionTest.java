package tekton.budget.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class HttpConnectionTest {

    private HttpServer server;
    private HttpConnection http;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/echo",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    String position =
                            exchange.getRequestHeaders().getFirst("Budget-Position") + "|";
                    // Length 0 makes the server answer in chunks.
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(position.getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        http = new HttpConnection(server.getAddress(), CheckTimeout.LIMIT);
    }

    @AfterEach
    void stopServer() {
        http.close();
        server.stop(0);
    }

    @Test
    void asksSeveralTimesOnOneConnection() throws IOException {
        byte[] body = "x".repeat(100_000).getBytes(StandardCharsets.UTF_8);

        assertThat(http.get("/echo", "usage-0:1").text()).isEqualTo("usage-0:1|");
        assertThat(http.get("/echo").text()).isEqualTo("null|");
        assertThat(http.post("/echo", "application/json", body).text()).hasSize(100_005);
        assertThat(
                        http.post(
                                        "/echo",
                                        "application/json",
                                        Map.of("Budget-Position", "usage-0:2"),
                                        new byte[0])
                                .text())
                .isEqualTo("usage-0:2|");
        assertThat(http.get("/nowhere").status()).isEqualTo(404);
    }

    @Test
    void connectsAgainAfterAFailure() throws IOException {
        assertThat(http.get("/echo").status()).isEqualTo(200);
        int port = server.getAddress().getPort();
        server.stop(0);
        assertThatThrownBy(() -> http.get("/echo")).isInstanceOf(IOException.class);

        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.start();

        assertThat(http.get("/echo").status()).isEqualTo(404);
    }

    @Test
    void neverLeavesThisMachine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpConnection.addressOf("http://192.0.2.1:8013"))
                .withMessageContaining("loopback");
    }
}
