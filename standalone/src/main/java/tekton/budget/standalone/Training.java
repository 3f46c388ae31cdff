package tekton.budget.standalone;

import tekton.budget.broker.FreePorts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the ahead-of-time caches of application and broker (JEP 483 and 514): classes that are
 * already loaded and linked. It starts the product once on free ports with data of its own, uses
 * it, stops it, and has the JVM write down what it learned. A JVM takes a cache only if its version
 * and the class path are those of the training, and starts without one otherwise.
 */
final class Training {

    static final String MODE = "train";

    /** The files of a finished training, in its directory. */
    static final String APPLICATION_CACHE = "application.aot";

    static final String BROKER_CACHE = "broker.aot";

    /** System property by which {@code run_budget.sh} names the directory of the caches. */
    private static final String DIRECTORY = "budget.cache.directory";

    private static final Pattern SPACES = Pattern.compile(" +");

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(2);

    /** A setting of whoever builds must not lead the training to their Kafka or their data. */
    private static final List<String> PREFIXES = List.of("BUDGET_", "KAFKA_", "HERMES_");

    private final Path directory;
    private final Path scratch;

    /** A cache serves a JVM with the options of the training: the application's are this one's. */
    private final List<String> ownOptions =
            ManagementFactory.getRuntimeMXBean().getInputArguments();

    private final List<String> brokerOptions = new ArrayList<>(LocalBroker.NATIVE_ACCESS);

    private Training(Path directory) {
        this.directory = directory;
        brokerOptions.addAll(List.of(SPACES.split(Settings.KAFKA_OPTIONS_DEFAULT)));
        this.scratch = directory.resolve("scratch");
    }

    /**
     * Trains and leaves the caches in a directory. Takes some 30 s on two processors; every wait in
     * it is bounded.
     *
     * @param directory made if needed; older caches in it are replaced
     * @throws IOException if a cache could not be made, with one line that says why; older ones
     *     then stay
     */
    static void run(Path directory) throws IOException, InterruptedException {
        Training training = new Training(directory.toAbsolutePath());
        delete(training.scratch);
        Files.createDirectories(training.scratch);
        try {
            training.record();
            training.write("application", training.ownOptions, APPLICATION_CACHE);
            training.write("broker", training.brokerOptions, BROKER_CACHE);
        } finally {
            delete(training.scratch);
        }
    }

    /**
     * With what a broker's JVM takes its cache; empty if there is none. Without the replay of the
     * training (JEP 515), which compiles at the start what the start does not need: it took a third
     * of a start's processor time.
     */
    static List<String> brokerCacheOptions() {
        String directory = System.getProperty(DIRECTORY);
        if (directory == null || !Files.exists(Path.of(directory, BROKER_CACHE))) {
            return List.of();
        }
        return List.of(
                "-XX:AOTCache=" + Path.of(directory, BROKER_CACHE),
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-AOTReplayTraining");
    }

    private void record() throws IOException, InterruptedException {
        List<Integer> ports = FreePorts.find(2);
        Process product = start(ports.getFirst(), ports.getLast());
        // Whoever stops the training stops what it started.
        Thread stop = Thread.ofPlatform().unstarted(product::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            TrainingRequests requests = new TrainingRequests(ports.getFirst());
            if (!requests.awaitReady(START_TIMEOUT, product::isAlive)) {
                throw new IOException("the product was not ready; its output: " + log());
            }
            requests.send();
            product.destroy();
            if (!product.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the product did not stop; its output: " + log());
            }
            Runtime.getRuntime().removeShutdownHook(stop);
        } finally {
            product.destroyForcibly();
        }
    }

    private Process start(int port, int kafkaPort) throws IOException {
        List<String> command = java(ownOptions);
        command.addAll(recording("application"));
        command.addAll(classPath());
        command.add(Main.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> PREFIXES.stream().anyMatch(prefix -> name.startsWith(prefix)));
        String brokerRecording = String.join(" ", recording("broker"));
        environment.putAll(
                Map.of(
                        "BUDGET_PORT", String.valueOf(port),
                        "BUDGET_KAFKA_PORT", String.valueOf(kafkaPort),
                        "BUDGET_KAFKA_OPTS", Settings.KAFKA_OPTIONS_DEFAULT + " " + brokerRecording,
                        "BUDGET_DATA_DIR", scratch.resolve("data").toString(),
                        "BUDGET_HERMES_DIR", scratch.resolve("hermes").toString(),
                        // No training asks the network.
                        "BUDGET_UPDATE_PRICES_ON_START", "false"));
        return builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
    }

    private Path log() {
        return directory.resolve("training.log");
    }

    private List<String> recording(String who) {
        return List.of(
                "-XX:AOTMode=record",
                "-XX:AOTConfiguration=" + configuration(who),
                // What is never replayed need not be recorded.
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-AOTRecordTraining");
    }

    private Path configuration(String who) {
        return scratch.resolve(who + ".aotconf");
    }

    private void write(String who, List<String> options, String cache)
            throws IOException, InterruptedException {
        if (!Files.exists(configuration(who))) {
            throw new IOException("the " + who + " recorded nothing; see " + log());
        }
        Path made = scratch.resolve(cache);
        List<String> command = java(options);
        command.addAll(
                List.of(
                        "-XX:AOTMode=create",
                        "-XX:AOTConfiguration=" + configuration(who),
                        "-XX:AOTCache=" + made));
        command.addAll(classPath());
        Process writer =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                        .start();
        try {
            if (!writer.waitFor(WRITE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    || writer.exitValue() != 0
                    || !Files.exists(made)) {
                throw new IOException("the cache of the " + who + " was not made; see " + log());
            }
        } finally {
            writer.destroyForcibly();
        }
        Files.move(
                made,
                directory.resolve(cache),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        return command;
    }

    private static List<String> classPath() {
        return List.of("-cp", System.getProperty("java.class.path"));
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> below = Files.walk(tree)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }
}
