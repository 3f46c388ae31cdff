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
        byte[] answer =
                ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                                + "Content-Length: "
                                + ANSWER.length()
                                + "\r\n\r\n"
                                + ANSWER)
                        .getBytes(StandardCharsets.UTF_8);
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(5_000);
                int read = socket.getInputStream().read(new byte[65_536]);
                if (read > 0) {
                    socket.getOutputStream().write(answer);
                }
                socket.shutdownOutput();
            } catch (IOException ended) {
                // The next one, or none: the training has ended.
            }
        }
    }
}
