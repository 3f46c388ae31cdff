package tekton.budget.bench.product;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.http.HttpConnection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The product that is measured: one that runs already, or one started for the purpose. */
public final class Target implements AutoCloseable {

    private static final Duration FIRST_START = Duration.ofMinutes(10);

    private final InetSocketAddress address;
    private final String bootstrapServers;
    private final long runningPid;
    private final @Nullable Product started;
    private final @Nullable Path scratch;
    private @Nullable BrokerAlone alone;

    private Target(
            InetSocketAddress address,
            String bootstrapServers,
            long runningPid,
            @Nullable Product started,
            @Nullable Path scratch) {
        this.address = address;
        this.bootstrapServers = bootstrapServers;
        this.runningPid = runningPid;
        this.started = started;
        this.scratch = scratch;
    }

    /** The target that the options say, serving. */
    public static Target open(TargetOptions options) throws IOException, InterruptedException {
        if (!options.url.isEmpty()) {
            return new Target(
                    HttpConnection.addressOf(options.url),
                    options.bootstrap,
                    options.pid,
                    null,
                    null);
        }
        Path scratch =
                options.dataDirectory.isEmpty() ? Files.createTempDirectory("budget-bench") : null;
        Path data = scratch == null ? Path.of(options.dataDirectory) : scratch.resolve("data");
        Files.createDirectories(data);
        Product product = new Product(options.project(), data, options.started.settings());
        Target target =
                new Target(product.address(), product.bootstrapServers(), 0, product, scratch);
        try {
            target.start();
            return target;
        } catch (IOException | InterruptedException | RuntimeException e) {
            target.close();
            throw e;
        }
    }

    /**
     * A product of one's own on data that stay, serving.
     *
     * @param settings more environment variables
     */
    public static Target started(Path project, Path data, Map<String, String> settings)
            throws IOException, InterruptedException {
        Product product = new Product(project, data, settings);
        Target target = new Target(product.address(), product.bootstrapServers(), 0, product, null);
        try {
            target.start();
            return target;
        } catch (IOException | InterruptedException | RuntimeException e) {
            target.close();
            throw e;
        }
    }

    private void start() throws IOException, InterruptedException {
        Product product = product();
        System.out.println("starting    the product; its output: " + product.log());
        product.launch();
        Duration healthy = product.awaitOk("/health", FIRST_START);
        Duration ready = product.awaitOk("/ready", FIRST_START);
        System.out.printf(
                Locale.ROOT,
                "serving     /health after %.1f s, /ready %.1f s later%n",
                healthy.toMillis() / 1e3,
                ready.toMillis() / 1e3);
    }

    /** Where it serves. */
    public InetSocketAddress address() {
        return address;
    }

    /** Its Kafka. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * The product that was started.
     *
     * @throws IllegalStateException if it ran already and cannot be stopped from here
     */
    public Product product() {
        if (started == null) {
            throw new IllegalStateException("this needs a product of its own: leave out --url");
        }
        return started;
    }

    /** Whether it was started for the purpose. */
    public boolean isOwn() {
        return started != null;
    }

    /**
     * Stops the application for good, and lets its broker run alone: what is measured from now on
     * is disturbed by nobody.
     *
     * @return false if the product was not started from here, and so runs on
     */
    public boolean leaveOnlyBroker() throws IOException, InterruptedException {
        Product product = started;
        if (product == null) {
            return false;
        }
        if (alone == null) {
            product.stop();
            alone = BrokerAlone.start(product);
        }
        return true;
    }

    /** Processor time so far of application and broker; zeros where unknown. */
    public Cpu cpu() {
        long application = started == null ? runningPid : started.pid();
        return new Cpu("application", seconds(application), brokerSeconds(application), bench());
    }

    /**
     * Processor time so far of a program that does the application's work, and of the broker.
     *
     * @param program what it is called in the text
     * @param pid its process, or 0 if this JVM does the work
     */
    public Cpu cpuOf(String program, long pid) {
        long application = started == null ? runningPid : started.pid();
        return new Cpu(program, seconds(pid), brokerSeconds(application), bench());
    }

    private static double seconds(long pid) {
        return pid == 0 ? 0 : ProcessCpu.seconds(pid);
    }

    private static double bench() {
        return ProcessCpu.seconds(ProcessHandle.current().pid());
    }

    private double brokerSeconds(long application) {
        BrokerAlone left = alone;
        if (left != null) {
            return ProcessCpu.seconds(left.pid());
        }
        return application == 0
                ? 0
                : Product.brokerOf(application).map(ProcessCpu::seconds).orElse(0.0);
    }

    /**
     * Processor seconds by process.
     *
     * @param program what does the work: the application or what it is compared with
     * @param application of its process; 0 where unknown or where this JVM is that program
     * @param broker of the local broker
     * @param bench of this JVM
     */
    public record Cpu(String program, double application, double broker, double bench) {

        /** What was used since an earlier reading, per million records, as text. */
        public String perMillionSince(Cpu earlier, long records) {
            return perUnitSince(earlier, records / 1e6, "million records");
        }

        /**
         * What was used since an earlier reading, per unit of work, as text.
         *
         * @param units how many
         * @param unit what one is called
         */
        public String perUnitSince(Cpu earlier, double units, String unit) {
            if (application == 0 && program.equals("application")) {
                return "unknown (give --app-pid)";
            }
            double divisor = Math.max(units, 1e-3);
            String first =
                    application == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "%s %.2f, ",
                                    program,
                                    (application - earlier.application) / divisor);
            return String.format(
                    Locale.ROOT,
                    "%sbroker %.2f, %s %.2f CPU-seconds per %s",
                    first,
                    (broker - earlier.broker) / divisor,
                    application == 0 ? program : "bench",
                    (bench - earlier.bench) / divisor,
                    unit);
        }

        /** What the program and the broker used since an earlier reading, in seconds. */
        public double workSince(Cpu earlier) {
            double work =
                    application == 0 ? bench - earlier.bench : application - earlier.application;
            return work + broker - earlier.broker;
        }
    }

    @Override
    public void close() {
        if (alone != null) {
            alone.close();
        }
        if (started != null) {
            started.close();
        }
        if (scratch != null) {
            delete(scratch);
        }
    }

    /** Deletes a directory and all in it. */
    public static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
