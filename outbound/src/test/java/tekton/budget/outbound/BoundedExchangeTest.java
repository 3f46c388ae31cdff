package tekton.budget.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What no user of it tests. */
class BoundedExchangeTest {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/list", exchange -> answer(exchange, 200, null, "0123456789"));
        server.createContext("/error", exchange -> answer(exchange, 500, null, "0123456789"));
        server.createContext("/moved", exchange -> answer(exchange, 302, url("/list"), ""));
        server.createContext("/loop", exchange -> answer(exchange, 302, url("/loop"), ""));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldReadAsMuchAsIsWantedAndNoMore() throws Exception {
        try (BoundedExchange exchange = BoundedExchange.toConfigured(TIMEOUT, false)) {
            assertThat(exchange.send(get("/list", 10)).body()).hasSize(10);
            assertThat(exchange.send(get("/list", 0)).body()).isEmpty();
            assertThat(exchange.send(get("/error", 10)).body()).isEmpty();
            assertThat(failure(exchange, get("/list", 9)))
                    .isEqualTo(OutboundException.FailureKind.TOO_LARGE);
        }
    }

    @Test
    void shouldFollowRedirectsWhereTheyAreWanted() throws Exception {
        try (BoundedExchange following = BoundedExchange.toConfigured(TIMEOUT, true);
                BoundedExchange staying = BoundedExchange.toConfigured(TIMEOUT, false)) {
            assertThat(following.send(get("/moved", 10)).status()).isEqualTo(200);
            assertThat(staying.send(get("/moved", 10)).status()).isEqualTo(302);
            assertThat(failure(following, get("/loop", 10)))
                    .isEqualTo(OutboundException.FailureKind.BROKEN);
        }
    }

    @Test
    void shouldConnectToTheVeryAddressThatThePolicyHasSeen() throws Exception {
        List<InetAddress> seen = new ArrayList<>();
        try (BoundedExchange exchange =
                BoundedExchange.toNamedByOthers(TIMEOUT, address -> seen.add(address))) {
            assertThat(exchange.sendUninterruptibly(get("/list", 10)).status()).isEqualTo(200);
        }
        assertThat(seen).describedAs("asked once").hasSize(1);
    }

    @Test
    void shouldRefuseWhatThePolicyRefuses() {
        try (BoundedExchange exchange =
                BoundedExchange.toNamedByOthers(TIMEOUT, PublicAddresses::isPublic)) {
            assertThat(failure(exchange, get("/list", 10)))
                    .isEqualTo(OutboundException.FailureKind.REFUSED);
        }
    }

    @Test
    void shouldNotSendAUsersPassword() throws Exception {
        List<String> sent = new ArrayList<>();
        server.createContext(
                "/secret",
                exchange -> {
                    sent.addAll(exchange.getRequestHeaders().keySet());
                    answer(exchange, 200, null, "");
                });
        try (BoundedExchange exchange = BoundedExchange.toConfigured(TIMEOUT, false)) {
            URI url = URI.create(url("/secret").replace("//", "//me:word@"));
            exchange.send(OutboundRequest.get(url, Map.of(), 10));
        }
        assertThat(sent).containsExactlyInAnyOrder("Host", "Connection");
    }

    private static OutboundException.FailureKind failure(
            BoundedExchange exchange, OutboundRequest request) {
        return catchThrowableOfType(
                        OutboundException.class, () -> exchange.sendUninterruptibly(request))
                .reason();
    }

    private OutboundRequest get(String path, int bytesMax) {
        return OutboundRequest.get(URI.create(url(path)), Map.of(), bytesMax);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static void answer(HttpExchange exchange, int status, String location, String body)
            throws IOException {
        if (location != null) {
            exchange.getResponseHeaders().set("Location", location);
        }
        exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.length());
        exchange.getResponseBody().write(body.getBytes(UTF_8));
        exchange.close();
    }
}
