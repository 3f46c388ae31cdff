package tekton.budget.cli.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import tekton.budget.cli.settings.CliWorld;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server that answers what a test says, and commands that ask it. */
public final class StubBudget implements AutoCloseable {

    /** What was asked. */
    public record Asked(String method, String target, Map<String, String> headers, String body) {}

    /** What is answered. */
    public record Told(int status, String body, Map<String, String> headers) {
        public static Told of(int status, String body) {
            return new Told(status, body, Map.of());
        }
    }

    /** How a command ended. */
    public record Ended(int code, String out, String err) {}

    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();

    public StubBudget(Path directory, Function<Asked, Told> answers) throws IOException {
        this.directory = directory;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> serve(exchange, answers));
        server.start();
        environment.put("BUDGET_URL", url());
    }

    public StubBudget(Path directory, int status, String body) throws IOException {
        this(directory, any -> Told.of(status, body));
    }

    private void serve(HttpExchange exchange, Function<Asked, Told> answers) throws IOException {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach(
                        (name, values) ->
                                headers.put(
                                        name.toLowerCase(java.util.Locale.ROOT),
                                        values.getFirst()));
        Asked request =
                new Asked(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        headers,
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        asked.add(request);
        Told told = answers.apply(request);
        byte[] body = told.body().getBytes(StandardCharsets.UTF_8);
        told.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(told.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Asked> asked() {
        return new ArrayList<>(asked);
    }

    public Map<String, String> environment() {
        return environment;
    }

    public Ended run(String... arguments) {
        return run("", false, arguments);
    }

    public Ended run(String input, boolean terminal, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CliWorld world =
                new CliWorld(
                        environment,
                        directory,
                        directory.resolve("home"),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        terminal,
                        false);
        int code = new CommandRunner(world).run(arguments);
        return new Ended(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A file in the test's directory. */
    public Path write(String name, String text) {
        try {
            return java.nio.file.Files.writeString(directory.resolve(name), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
