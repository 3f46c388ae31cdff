package tekton.budget.cli;

import tekton.budget.cli.command.CommandRunner;
import tekton.budget.cli.settings.CliWorld;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Does what people ask for most, against a server of its own that answers with made-up figures. The
 * launcher runs it once, so that the JVM writes down the classes that this needs.
 */
public final class CliTraining {

    private static final String ANSWER =
            """
            {"items":[{"budget_id":"b","name":"n","period":"daily","type":"warn","model":"m",\
            "total_tokens":1234567,"total_tokens_used":1,"token_limit":2,"total_cost":0.25,\
            "token_usage_percentage":0.5,"timestamp":"2026-01-02T03:04:05Z","is_active":true}],\
            "group_by":["model"],"from":"2026-01-02T00:00:00Z","to":"2026-01-03T00:00:00Z","total":1}\
            """;

    /** Of {@code status}: limits of several kinds, used and not. */
    private static final String LIMITS =
            """
            {"items":[{"budget_id":"b","period":"daily","type":"hard_limit","tier":null,"provider":"p",\
            "total_tokens_used":1234567,"token_limit":5000000,"token_usage_percentage":0.2469134,\
            "total_cost":1.0723456789,"cost_limit":5.00,"cost_usage_percentage":0.21446913578,\
            "reserved_tokens":20000,"exhausted_at":"2026-01-02T03:04:05.678Z"},\
            {"budget_id":"c","period":"daily","type":"warn","tier":null,"provider":null,\
            "total_tokens_used":0,"token_limit":null,"token_usage_percentage":null,\
            "total_cost":0,"cost_limit":2.5E+1,"cost_usage_percentage":0,"reserved_tokens":0}],\
            "total":2,"page":1,"limit":20}\
            """;

    private static final int REQUEST_MAX = 65_536;
    private static final int READ_MS = 5_000;

    private static final List<String> COMMANDS =
            List.of(
                    "--help",
                    "status",
                    "status --output csv",
                    "usage",
                    "budgets list",
                    "budgets",
                    "record --help",
                    "record --component c --provider p --model m --input-tokens 1 --output-tokens"
                            + " 2",
                    "alerts list --output json",
                    "records list",
                    "config",
                    "nonsense");

    private CliTraining() {}

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(server));
            // Nobody reads it: the launcher sends it nowhere.
            PrintStream out = BudgetCli.stream(FileDescriptor.out);
            Map<String, String> environment = new HashMap<>(System.getenv());
            environment.put("BUDGET_URL", "http://localhost:" + server.getLocalPort());
            CliWorld world =
                    new CliWorld(
                            environment,
                            Path.of("").toAbsolutePath(),
                            Path.of(System.getProperty("user.home")),
                            InputStream.nullInputStream(),
                            out,
                            out,
                            false,
                            false);
            for (String command : COMMANDS) {
                new CommandRunner(world).run(command.split(" ", -1));
            }
        }
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> answer(socket));
            } catch (IOException ended) {
                // The training has ended.
            }
        }
    }

    /** Keeps the connection, as Budget does: the caller's half of that is trained too. */
    private static void answer(Socket socket) {
        try (socket) {
            socket.setSoTimeout(READ_MS);
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[REQUEST_MAX];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                String request = new String(buffer, 0, read, StandardCharsets.UTF_8);
                String body = request.contains("/api/usage/summary") ? LIMITS : ANSWER;
                // A body comes in a write of its own.
                if (request.startsWith("POST")
                        && request.endsWith("\r\n\r\n")
                        && in.read(buffer) < 0) {
                    return;
                }
                socket.getOutputStream()
                        .write(
                                ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                                + "Content-Length: "
                                                + body.length()
                                                + "\r\n\r\n"
                                                + body)
                                        .getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException ended) {
            // The next connection, or none.
        }
    }
}
