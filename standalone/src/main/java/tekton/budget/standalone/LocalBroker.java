package tekton.budget.standalone;

import org.jspecify.annotations.Nullable;

import tekton.budget.broker.BrokerProperties;
import tekton.budget.broker.FreePorts;
import tekton.budget.broker.FreeRoom;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The broker as a child process: started, started again with back-off on the same port when it dies
 * alone, and stopped last. Its output goes to a log of at most 64 MB. Safe for several threads.
 */
final class LocalBroker {

    /** Both JVMs need it for what their libraries do with memory. */
    static final List<String> NATIVE_ACCESS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private static final BackOff BACK_OFF =
            new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /** After running this long a broker counts as healthy, and its next death as the first. */
    private static final Duration HEALTHY = Duration.ofSeconds(60);

    /** A broker that never came up is tried this often before the start is given up. */
    private static final int FIRST_TRIES = 3;

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final long LOG_BYTES = 16 << 20;
    private static final int LOG_FILES_KEPT = 3;

    private final Path directory;
    private final Path log;
    private final int port;
    private final List<String> jvmOptions;
    private final PrintStream out;

    /** Empty: clients can connect. Otherwise why the start was given up. */
    private final CompletableFuture<Optional<String>> firstStart = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopRequested = lock.newCondition();
    private final Thread supervisor;
    private boolean stopping;
    private @Nullable Process child;

    private LocalBroker(
            Path directory, Path log, int port, List<String> jvmOptions, PrintStream out) {
        this.directory = directory;
        this.log = log;
        this.port = port;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.out = out;
        this.supervisor =
                Thread.ofPlatform().daemon().name("broker-supervisor").unstarted(this::supervise);
    }

    /**
     * The broker that the settings want, not started: {@link #begin} does that.
     *
     * @param out takes a line if another port is used, and one whenever the broker has died
     * @throws IOException if another process uses its directory
     */
    static LocalBroker of(Settings settings, PrintStream out)
            throws IOException, InterruptedException {
        Path directory = directory(settings);
        // After a kill the last broker may need a moment to end. Until it has, its port looks
        // taken, and clients would have to look for the service's broker somewhere else.
        DirectoryLock.take(directory, BrokerProcess.LOCK, BrokerProcess.PREDECESSOR_ENDS).close();
        int port = settings.kafkaPort();
        if (Ports.taken("127.0.0.1", port)) {
            port = FreePorts.find(1).getFirst();
            out.println(
                    "Port "
                            + settings.kafkaPort()
                            + " (BUDGET_KAFKA_PORT) is in use: the local broker listens on "
                            + port);
        }
        Path log = settings.ingest().dataDirectory().resolve("logs").resolve("broker.log");
        return new LocalBroker(directory, log, port, settings.kafkaOptions(), out);
    }

    /** Where such a broker has its configuration and data. */
    static Path directory(Settings settings) {
        return settings.ingest().dataDirectory().resolve("kafka");
    }

    /** Begins to start it and returns at once; {@link #awaitReady} waits for it. */
    void begin() {
        supervisor.start();
    }

    /** For {@code bootstrap.servers}; the same for all its lives. */
    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The process that runs now, if one does. */
    @Nullable Process process() {
        lock.lock();
        try {
            return child;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until clients can connect for the first time.
     *
     * @throws IOException if the broker could not be started or is not ready in time; one line
     */
    void awaitReady(Duration timeout) throws IOException, InterruptedException {
        Optional<String> failure;
        try {
            failure = firstStart.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException neverUsed) {
            throw new IllegalStateException(neverUsed);
        } catch (TimeoutException late) {
            throw new IOException(
                    "the local broker was not ready after "
                            + timeout.toSeconds()
                            + " s; its log: "
                            + log,
                    late);
        }
        if (failure.isPresent()) {
            throw new IOException(failure.get());
        }
    }

    private void supervise() {
        int failures = 0;
        try {
            RotatingLog output = new RotatingLog(log, LOG_BYTES, LOG_FILES_KEPT);
            while (true) {
                long started = System.nanoTime();
                String end;
                try {
                    Process process = launch();
                    if (process == null) {
                        return;
                    }
                    pipe(process, output);
                    end = "ended with status " + process.waitFor();
                } catch (IOException notStarted) {
                    if (!firstStart.isDone()) {
                        throw notStarted;
                    }
                    // On a full disk, say: it may be freed.
                    end = "cannot be run (" + notStarted + ")";
                }
                if (System.nanoTime() - started >= HEALTHY.toNanos()) {
                    failures = 0;
                }
                failures++;
                Duration pause = BACK_OFF.after(failures);
                if (isStopping()) {
                    return;
                }
                if (!firstStart.isDone() && failures == FIRST_TRIES) {
                    giveUp("the local broker " + end + "; its log: " + log);
                    return;
                }
                out.println(
                        "The local broker "
                                + end
                                + "; starting it again in "
                                + pause.toSeconds()
                                + " s. Its log: "
                                + log);
                if (stopsWithin(pause)) {
                    return;
                }
            }
        } catch (IOException failed) {
            giveUp("the local broker cannot be run: " + failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void giveUp(String why) {
        // Once it has been ready, nobody waits for the future any more.
        if (!firstStart.complete(Optional.of(why)) && !isStopping()) {
            out.println(why);
        }
    }

    /** Starts the child, unless a stop has been asked for: then null. */
    private @Nullable Process launch() throws IOException {
        lock.lock();
        try {
            if (stopping) {
                return null;
            }
            // It would refuse as well, but only its log would say why.
            FreeRoom.require(directory);
            Path configuration =
                    BrokerProperties.write(directory, port, FreePorts.find(1).getFirst(), Map.of());
            child = new ProcessBuilder(command(configuration)).redirectErrorStream(true).start();
            return child;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ctrl-C goes to every process of the terminal, and service managers signal all they know: the
     * child must not hear it, because it has to outlive the parent's last transaction. A signal the
     * shell ignores stays ignored in the JVM it becomes.
     */
    private List<String> command(Path configuration) {
        List<String> command =
                new ArrayList<>(
                        List.of("/bin/sh", "-c", "trap '' INT HUP TERM; exec \"$0\" \"$@\""));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NATIVE_ACCESS);
        command.addAll(Training.brokerCacheOptions());
        command.addAll(jvmOptions);
        command.addAll(
                List.of(
                        "-Dlogback.configurationFile=broker-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        Main.BROKER,
                        configuration.toString()));
        return command;
    }

    private void pipe(Process process, RotatingLog output) throws IOException {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.append(line);
                if (line.equals(BrokerProcess.READY)) {
                    firstStart.complete(Optional.empty());
                }
            }
        }
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private boolean stopsWithin(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long nanos = pause.toNanos();
            while (!stopping && nanos > 0) {
                nanos = stopRequested.awaitNanos(nanos);
            }
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops the broker, at once if it does not end within 20 s, and returns when the process is
     * gone. May be called more than once.
     */
    void stop() throws IOException, InterruptedException {
        Process last;
        lock.lock();
        try {
            stopping = true;
            stopRequested.signalAll();
            last = child;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.getOutputStream().close();
            if (!last.waitFor(STOP_TIMEOUT)) {
                last.destroyForcibly().waitFor();
            }
        }
        supervisor.join(STOP_TIMEOUT);
    }
}
