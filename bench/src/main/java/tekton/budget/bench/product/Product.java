package tekton.budget.bench.product;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.http.HttpConnection;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The product as its users start it: {@code run_budget.sh}, or a part of it as a process of its
 * own, with data in a directory and on ports of its own, its output in a log. One start follows
 * another; the data stays. One thread at a time.
 */
public final class Product implements AutoCloseable {

    /** The script becomes the application by {@code exec}, so its process is the application's. */
    private static final String SCRIPT = "run_budget.sh";

    private static final int PORT_MIN = 20_000;
    private static final int PORT_MAX = 32_000;
    private static final long LOOK_AGAIN_MS = 20;
    private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);

    private final Path project;
    private final ProcessRole role;
    private final String name;
    private final List<String> command;
    private final Path dataDirectory;
    private final int port;
    private final int kafkaPort;
    private final Map<String, String> settings;
    private final InetSocketAddress address;
    private volatile @Nullable Process process;
    private volatile List<String> brokerCommand = List.of();
    private boolean hooked;
    private boolean ending;

    /**
     * @param project where {@code run_budget.sh} is
     * @param dataDirectory takes data and logs
     * @param settings more environment variables
     * @throws IOException if there are no free ports
     */
    public Product(Path project, Path dataDirectory, Map<String, String> settings)
            throws IOException {
        this(
                project,
                ProcessRole.APPLICATION,
                String.valueOf(dataDirectory.getFileName()),
                List.of(root(project).resolve(SCRIPT).toString()),
                dataDirectory,
                settings);
    }

    private Product(
            Path project,
            ProcessRole role,
            String name,
            List<String> command,
            Path dataDirectory,
            Map<String, String> settings)
            throws IOException {
        this.project = root(project);
        this.role = role;
        this.name = name;
        this.command = List.copyOf(command);
        this.dataDirectory = dataDirectory.toAbsolutePath().normalize();
        this.settings = Map.copyOf(settings);
        List<Integer> ports = freePorts(2);
        port = ports.get(0);
        kafkaPort = ports.get(1);
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /**
     * A part of the product as a process of its own, as {@code docker-compose.yml} starts it. Its
     * broker is another's.
     *
     * @param project where the built application is
     * @param name of the process and of its data below {@code directory}
     * @param settings environment variables, among them {@code KAFKA_BOOTSTRAP_SERVERS}
     * @throws IOException if there are no free ports, or the directory cannot be made
     */
    public static Product role(
            Path project,
            ProcessRole role,
            String name,
            Path directory,
            List<String> javaOptions,
            Map<String, String> settings)
            throws IOException {
        Path data = Files.createDirectories(directory.resolve(name));
        List<String> command = new ArrayList<>(JavaProcess.deafTo("INT HUP"));
        command.addAll(
                JavaProcess.command(
                        javaOptions,
                        root(project).resolve("standalone/target/app/lib") + "/*",
                        role.mainClass(),
                        List.of()));
        return new Product(project, role, name, command, data, settings);
    }

    private static Path root(Path project) {
        return project.toAbsolutePath().normalize();
    }

    /** What it is for. */
    public ProcessRole role() {
        return role;
    }

    /** What it is called in reports. */
    public String name() {
        return name;
    }

    /**
     * Below those that the system gives to clients: while the product is down, one of the many that
     * try to reach it could be given its port.
     */
    public static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> open = new ArrayList<>();
        try {
            while (open.size() < count) {
                int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
                try {
                    open.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                } catch (BindException taken) {
                    // Another one, then.
                }
            }
            return open.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : open) {
                socket.close();
            }
        }
    }

    /** Where it serves. */
    public InetSocketAddress address() {
        return address;
    }

    /** Of its local broker. */
    public String bootstrapServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    /** The same as an address. */
    public InetSocketAddress brokerAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), kafkaPort);
    }

    /** What its broker was last started with. */
    public Path brokerConfiguration() {
        return dataDirectory.resolve("kafka").resolve("server.properties");
    }

    /** The jars that it runs from, as a class path. */
    public String classPath() {
        return project.resolve("standalone/target/app/lib") + "/*";
    }

    /** Where its output goes. */
    public Path log() {
        return dataDirectory.resolveSibling(dataDirectory.getFileName() + "-output.log");
    }

    /**
     * Builds it, if it must be.
     *
     * @param project where {@code run_budget.sh} is
     */
    public static void build(Path project) throws IOException, InterruptedException {
        Path root = project.toAbsolutePath().normalize();
        Process build =
                new ProcessBuilder(root.resolve(SCRIPT).toString(), "--build-only")
                        .directory(root.toFile())
                        .inheritIO()
                        .start();
        if (!build.waitFor(BUILD_TIMEOUT)) {
            build.destroy();
            throw new IOException("not built within " + BUILD_TIMEOUT.toMinutes() + " min");
        }
        if (build.exitValue() != 0) {
            throw new IOException("the build failed");
        }
    }

    /** Starts it and returns at once. */
    public synchronized void launch() throws IOException {
        if (ending) {
            throw new IOException("not started any more: this program ends");
        }
        if (isRunning()) {
            throw new IllegalStateException("already running as process " + pid());
        }
        Path program = Path.of(command.getFirst());
        if (!program.toFile().canExecute()) {
            throw new IOException(program + ": not there or not executable (see --project)");
        }
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(project.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        environment.remove("KAFKA_BOOTSTRAP_SERVERS");
        environment.put("BUDGET_PORT", String.valueOf(port));
        environment.put("BUDGET_KAFKA_PORT", String.valueOf(kafkaPort));
        environment.put("BUDGET_DATA_DIR", dataDirectory.toString());
        // Prices that come over the network in the middle would make no two runs alike.
        environment.put("BUDGET_UPDATE_PRICES_ON_START", "false");
        // What is measured is not to be used by anybody.
        environment.put("BUDGET_HERMES", "false");
        environment.putAll(settings);
        process = builder.start();
        if (!hooked) {
            hooked = true;
            // Whatever ends this JVM, nothing that it started is left behind.
            AtExit.last(this::end);
        }
    }

    /**
     * Waits until a path answers 200; of a part without a port, until it is connected to a broker.
     *
     * @return how long that took from this call
     * @throws IOException if it does not in time, or the process has ended
     */
    public Duration awaitOk(String path, Duration timeout)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        try (HttpConnection http = new HttpConnection(address, Duration.ofSeconds(20))) {
            while (System.nanoTime() - begun < timeout.toNanos()) {
                if (!running().isAlive()) {
                    throw new IOException(
                            "the product ended with status "
                                    + running().exitValue()
                                    + "; its output: "
                                    + log());
                }
                if (role.hasPort() ? answersOk(http, path) : isConnected()) {
                    brokerPid().ifPresent(pid -> brokerCommand = commandOf(pid));
                    return Duration.ofNanos(System.nanoTime() - begun);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            }
        }
        throw new IOException(
                path + " not 200 within " + timeout.toSeconds() + " s; its output: " + log());
    }

    private static boolean answersOk(HttpConnection http, String path) {
        try {
            return http.get(path).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isConnected() {
        List<Integer> ports =
                Stream.of(settings.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "").split(",", -1))
                        .map(server -> Integer.valueOf(server.substring(server.indexOf(':') + 1)))
                        .toList();
        return HeldConnections.has(pid(), ports);
    }

    private void end() {
        synchronized (this) {
            ending = true;
        }
        close();
    }

    /** The application's process id. */
    public long pid() {
        return running().pid();
    }

    /** The broker's process id, if it runs now. */
    public Optional<Long> brokerPid() {
        return brokerOf(pid());
    }

    /** The process id of the broker that belongs to an application, if there is one. */
    public static Optional<Long> brokerOf(long applicationPid) {
        return ProcessHandle.of(applicationPid).stream()
                .flatMap(ProcessHandle::children)
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .filter(Product::isBroker)
                .findFirst();
    }

    private static boolean isBroker(long pid) {
        return commandOf(pid).contains("broker");
    }

    /**
     * From {@code /proc}: {@link ProcessHandle} gives no arguments of a command line this long.
     *
     * @return empty if there is no such process
     */
    private static List<String> commandOf(long pid) {
        try {
            String command = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
            return command.isEmpty()
                    ? List.of()
                    : List.of(command.substring(0, command.length() - 1).split("\0", -1));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** How it last started its broker; empty if it was never seen to. */
    List<String> brokerCommand() {
        return brokerCommand;
    }

    /** Kills the application with SIGKILL and returns when it is gone. */
    public void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
    }

    /** Stops it from doing anything, with SIGSTOP, until {@link #thaw}. */
    public void freeze() throws IOException, InterruptedException {
        Signals.send("STOP", pid());
    }

    /** Lets it go on. */
    public void thaw() throws IOException, InterruptedException {
        Signals.send("CONT", pid());
    }

    /**
     * Kills the broker with SIGKILL.
     *
     * @return false if none was running
     */
    public boolean killBroker() {
        return brokerPid()
                .flatMap(ProcessHandle::of)
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    /**
     * Stops it with SIGTERM and waits until it and its broker are gone.
     *
     * @return its exit status
     * @throws IOException if it or its broker is still there after 90 s; then it is killed
     */
    public int stop() throws IOException, InterruptedException {
        Process stopping = running();
        List<ProcessHandle> children = stopping.descendants().toList();
        stopping.destroy();
        boolean ended = stopping.waitFor(STOP_TIMEOUT);
        List<ProcessHandle> left = children.stream().filter(ProcessHandle::isAlive).toList();
        if (!ended || !left.isEmpty()) {
            stopping.destroyForcibly();
            left.forEach(ProcessHandle::destroyForcibly);
            throw new IOException(
                    "did not stop cleanly: application "
                            + (ended ? "ended" : "still there")
                            + ", children left "
                            + left);
        }
        return stopping.exitValue();
    }

    /** Whether the process is there. */
    public boolean isRunning() {
        Process running = process;
        return running != null && running.isAlive();
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    /** Ends what still runs, politely first. */
    @Override
    public void close() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        try {
            // What is frozen would not hear that it is to end.
            thaw();
            stop();
        } catch (IOException e) {
            System.err.println(e.getMessage());
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
