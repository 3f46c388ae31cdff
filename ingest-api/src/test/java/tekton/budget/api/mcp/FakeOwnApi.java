package tekton.budget.api.mcp;

import com.sun.net.httpserver.HttpServer;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands in for this service's own API: keeps what it is sent, answers all with one body. */
final class FakeOwnApi implements AutoCloseable {

    /** A path that gets no answer. */
    static final String SILENT = "/silent";

    /** The bodies that came, in their order. */
    final List<JsonNode> sent = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    FakeOwnApi(String answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    sent.add(Objects.requireNonNull(McpJson.read(body)));
                    if (exchange.getRequestURI().getPath().equals(SILENT)) {
                        return;
                    }
                    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
    }

    /** A caller that asks here, and has so long for all that it asks. */
    ApiCaller caller(String id, Duration time) {
        return new ApiCaller(
                server.getAddress().getAddress().getHostAddress(),
                server.getAddress().getPort(),
                Map.of(),
                id,
                System.nanoTime() + time.toNanos());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
