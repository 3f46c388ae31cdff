package tekton.budget.bench.postgres;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.product.ProcessCpu;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.Target;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL of the bench's own: on a free port of loopback, with a new data directory and its
 * default settings, so with its default durability. One thread at a time.
 */
final class PostgresServer implements AutoCloseable {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final String USER = "postgres";
    private static final Duration STOP = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_MS = 50;

    private final Path directory;
    private final int port;
    private final Process process;
    private final Thread hook;

    private PostgresServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
        this.hook = Thread.ofPlatform().unstarted(process::destroy);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Makes a data directory and starts it.
     *
     * @throws IOException if there is none or it does not start; the message says why
     */
    static PostgresServer start() throws IOException, InterruptedException {
        Path binaries = binaries();
        Path directory = Files.createTempDirectory("bench-postgres");
        boolean started = false;
        try {
            if (isRoot()) {
                Files.setOwner(
                        directory,
                        FileSystems.getDefault()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName(USER));
            }
            int port = Product.freePorts(1).getFirst();
            Path data = directory.resolve("data");
            initialise(binaries, data);
            Process process =
                    new ProcessBuilder(
                                    command(
                                            binaries.resolve("postgres"),
                                            "-D",
                                            data.toString(),
                                            "-p",
                                            String.valueOf(port),
                                            "-k",
                                            directory.toString(),
                                            "-c",
                                            "listen_addresses=127.0.0.1"))
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            PostgresServer server = new PostgresServer(directory, port, process);
            started = true;
            server.awaitReady();
            return server;
        } finally {
            if (!started) {
                Target.delete(directory);
            }
        }
    }

    private static void initialise(Path binaries, Path data)
            throws IOException, InterruptedException {
        Process making =
                new ProcessBuilder(
                                command(
                                        binaries.resolve("initdb"),
                                        "-D",
                                        data.toString(),
                                        "-A",
                                        "trust",
                                        "-U",
                                        USER,
                                        "--encoding=UTF8",
                                        "--locale=C"))
                        .directory(Path.of("/").toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (making.waitFor() != 0) {
            throw new IOException("initdb says: " + said.strip());
        }
    }

    /** PostgreSQL refuses to run as root. */
    private static List<String> command(Path program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"));
        }
        command.add(program.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static Path binaries() throws IOException {
        List<Path> places = new ArrayList<>();
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                versions.sorted(Comparator.reverseOrder())
                        .map(version -> version.resolve("bin"))
                        .forEach(places::add);
            }
        }
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        Stream.of(path.split(":", -1)).map(Path::of).forEach(places::add);
        return places.stream()
                .filter(place -> Files.isExecutable(place.resolve("initdb")))
                .filter(place -> Files.isExecutable(place.resolve("postgres")))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IOException(
                                        "no PostgreSQL in /usr/lib/postgresql/*/bin or on PATH:"
                                                + " apt-get install postgresql"));
    }

    private void awaitReady() throws IOException, InterruptedException {
        String last = "";
        for (long began = System.nanoTime(); !CheckTimeout.isOver(began); ) {
            try (Connection connection = connect()) {
                if (connection.isValid(1)) {
                    return;
                }
            } catch (SQLException notYet) {
                last = notYet.getMessage();
            }
            if (!process.isAlive()) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
        close();
        throw new IOException("PostgreSQL did not start: " + last);
    }

    /** A connection that commits when it is told to. */
    Connection connect() throws SQLException {
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, "");
        connection.setAutoCommit(false);
        return connection;
    }

    /** Processor seconds of all its processes so far, with those that have ended. */
    double cpuSeconds() {
        double running =
                process.toHandle()
                        .children()
                        .mapToDouble(child -> ProcessCpu.seconds(child.pid()))
                        .sum();
        return ProcessCpu.secondsWithEnded(process.pid()) + running;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        Target.delete(directory);
    }
}
