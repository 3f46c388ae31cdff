package tekton.budget.api.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

import tekton.budget.api.Api;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Hermes as Tekton runs it, as the integration guide describes it, or as nobody would want it.
 */
public final class FakeHermes implements AutoCloseable {

    private static final String TOKEN = "X-Authentication-Token";

    /** Entries by their id. */
    public final Map<String, JsonNode> registry = new ConcurrentHashMap<>();

    /** Tools by the id that they were given here. */
    public final Map<String, JsonNode> tools = new ConcurrentHashMap<>();

    /** What a tool is answered with. */
    volatile int toolStatus = 200;

    /** Every call, with the status it was answered with. */
    public final List<String> calls = new CopyOnWriteArrayList<>();

    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger tokenCount = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private FakeHermes(int port) throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        server.setExecutor(threads);
    }

    /** The shapes of the real one: ids in camel case, tokens, strict about types. */
    public static FakeHermes real(int port) throws IOException {
        FakeHermes hermes = new FakeHermes(port);
        return hermes.serve(exchange -> hermes.answer(exchange, hermes::real));
    }

    /** The guide's paths; no tokens, no list, a heartbeat's status is a text. */
    static FakeHermes ofTheGuide() throws IOException {
        FakeHermes hermes = new FakeHermes(0);
        return hermes.serve(exchange -> hermes.answer(exchange, hermes::guide));
    }

    static FakeHermes answering(HttpHandler handler) throws IOException {
        return new FakeHermes(0).serve(handler);
    }

    private FakeHermes serve(HttpHandler handler) {
        server.createContext("/", handler);
        server.start();
        return this;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api");
    }

    /** Its registry is empty; tokens given before are still good. */
    void restart() {
        tools.clear();
        registry.clear();
    }

    void expireTokens() {
        tokens.clear();
    }

    boolean isToken(String part) {
        return tokens.stream().anyMatch(part::contains);
    }

    long count(String call) {
        return calls.stream().filter(call::equals).count();
    }

    private record Reply(int status, String body) {}

    private interface Protocol {
        Reply reply(String call, JsonNode body, HttpExchange exchange);
    }

    private void answer(HttpExchange exchange, Protocol protocol) throws IOException {
        try (exchange) {
            byte[] sent = exchange.getRequestBody().readAllBytes();
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            String body = sent.length == 0 ? "{}" : new String(sent, StandardCharsets.UTF_8);
            Reply reply = protocol.reply(call, Api.json(body), exchange);
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            calls.add(call + " " + reply.status());
        }
    }

    private Reply real(String call, JsonNode body, HttpExchange exchange) {
        String token = exchange.getRequestHeaders().getFirst(TOKEN);
        String oneTool = "DELETE /api/mcp/v2/tools/";
        if (call.startsWith(oneTool)) {
            boolean was = tools.remove(call.substring(oneTool.length())) != null;
            return new Reply(was ? 200 : 404, "{}");
        }
        return switch (call) {
            case "POST /api/register" -> register(body);
            case "POST /api/mcp/v2/tools" -> {
                String id = "tool-" + tokenCount.incrementAndGet();
                if (toolStatus == 200) {
                    tools.put(id, body);
                }
                yield new Reply(toolStatus, "{\"toolId\": \"%s\"}".formatted(id));
            }
            case "POST /api/heartbeat" ->
                    token == null || !body.path("status").isObject()
                            ? new Reply(422, "{\"detail\": []}")
                            : tokens.contains(token)
                                    ? new Reply(200, "{\"success\": true, \"timestamp\": 1.5}")
                                    : new Reply(401, "{\"detail\": \"Invalid token\"}");
            case "POST /api/unregister" -> {
                String query = exchange.getRequestURI().getQuery();
                if (token == null || query == null || !query.startsWith("component_id=")) {
                    yield new Reply(422, "{\"detail\": []}");
                }
                String id = query.substring("component_id=".length());
                yield tokens.contains(token) && registry.remove(id) != null
                        ? new Reply(200, "{\"success\": true}")
                        : new Reply(401, "{\"detail\": \"Invalid token\"}");
            }
            case "GET /api/components" -> new Reply(200, components());
            default -> new Reply(404, "{\"detail\": \"Not Found\"}");
        };
    }

    private Reply register(JsonNode body) {
        boolean complete =
                List.of("name", "version", "type", "endpoint").stream()
                        .allMatch(field -> body.path(field).isString());
        if (!complete
                || !body.path("metadata").isObject()
                || !body.path("capabilities").valueStream().allMatch(JsonNode::isString)) {
            return new Reply(422, "{\"detail\": []}");
        }
        String id = body.path("component_id").stringValue();
        String token =
                "{\"payload\": {\"component_id\": \"%s\", \"token_id\": %d}, \"signature\": \"f0\"}"
                        .formatted(id, tokenCount.incrementAndGet());
        tokens.add(token);
        registry.put(id, body);
        return new Reply(
                200,
                "{\"success\": true, \"componentId\": \"%s\", \"token\": \"%s\"}"
                        .formatted(id, token.replace("\"", "\\\"")));
    }

    private String components() {
        StringBuilder list = new StringBuilder();
        registry.forEach(
                (id, body) ->
                        list.append(list.isEmpty() ? "" : ", ")
                                .append("{\"component_id\": \"%s\"}".formatted(id)));
        return "{\"total\": %d, \"components\": [%s]}".formatted(registry.size(), list);
    }

    private Reply guide(String call, JsonNode body, HttpExchange exchange) {
        String id = body.path("component_id").asString("");
        return switch (call) {
            case "POST /api/registration/register" -> {
                registry.put(id, body);
                yield new Reply(201, "{\"component_id\": \"%s\"}".formatted(id));
            }
            case "POST /api/registration/heartbeat" ->
                    new Reply(body.path("status").isString() ? 200 : 422, "{}");
            case "POST /api/registration/unregister" ->
                    new Reply(registry.remove(id) == null ? 404 : 200, "");
            default -> new Reply(404, "<html>no such page</html>");
        };
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
