package tekton.budget.standalone;

import tekton.budget.testbroker.Patience;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A real start of the service, with what it says. */
final class BudgetProcess implements AutoCloseable {

    private final Process process;
    private final Thread reader;

    /** Guarded by itself. */
    private final List<String> lines = new ArrayList<>();

    private BudgetProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().start(this::read);
    }

    static BudgetProcess start(Map<String, String> environment) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                // Short lives: what C2 compiles here is never run often enough.
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName())
                        .redirectErrorStream(true);
        // What users wait for by default is no part of a verdict.
        builder.environment()
                .putAll(
                        Map.of(
                                "BUDGET_DECISION_TIMEOUT_MS", "60000",
                                "BUDGET_PUBLISH_TIMEOUT_MS", "30000"));
        builder.environment().putAll(environment);
        return new BudgetProcess(builder.start());
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    BudgetProcess awaitReady() throws InterruptedException {
        awaitLine("is ready after");
        return this;
    }

    String awaitLine(String part) throws InterruptedException {
        long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
        synchronized (lines) {
            for (int next = 0; ; next++) {
                while (next == lines.size()) {
                    long millis = (deadline - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        throw new AssertionError("no line with '" + part + "' in " + lines);
                    }
                    lines.wait(millis);
                }
                if (lines.get(next).contains(part)) {
                    return lines.get(next);
                }
            }
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The broker's process, as soon as there is one that {@code wanted} accepts. */
    ProcessHandle awaitBroker(Predicate<ProcessHandle> wanted) {
        Patience.await(() -> brokers().stream().anyMatch(wanted));
        return brokers().stream().filter(wanted).findFirst().orElseThrow();
    }

    /**
     * The children that run the broker's program. Not every child does: RocksDB asks a shell for
     * the machine's libc when it is loaded.
     */
    List<ProcessHandle> brokers() {
        return process.children().filter(BudgetProcess::runsBroker).toList();
    }

    private static boolean runsBroker(ProcessHandle child) {
        try {
            // ProcessHandle.Info leaves out a command line longer than a page, as this one is.
            return Files.readString(Path.of("/proc", String.valueOf(child.pid()), "cmdline"))
                    .contains('\0' + Main.class.getName() + '\0' + Main.BROKER + '\0');
        } catch (IOException ended) {
            return false;
        }
    }

    ProcessHandle broker() {
        return awaitBroker(any -> true);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** As a service manager does: SIGTERM, then wait. */
    int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(Patience.LIMIT)) {
            throw new AssertionError("still running: " + pid() + " " + said());
        }
        reader.join(Patience.LIMIT);
        return process.exitValue();
    }

    List<String> said() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
