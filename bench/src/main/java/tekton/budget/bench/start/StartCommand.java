package tekton.budget.bench.start;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.control.ControlProgram;
import tekton.budget.bench.control.EmptyWeb;
import tekton.budget.bench.control.ShareOfControl;
import tekton.budget.bench.decide.Restarts;
import tekton.budget.bench.product.BrokerAlone;
import tekton.budget.bench.product.ChildProcess;
import tekton.budget.bench.product.ProcessCpu;
import tekton.budget.bench.product.ProcessMemory;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.ProjectOptions;
import tekton.budget.bench.product.Target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code bench start}. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Starts the built product without data: time to its open port, /health and /ready,"
                    + " and CPU-seconds of application and broker until then. Next to the broker"
                    + " alone, with the command line and settings that the product gives it and no"
                    + " data, and an empty Spring Boot web application. Then the time to the first"
                    + " decision after a stop and a start, and after a SIGKILL and a start; and"
                    + " what both processes use and hold while nobody asks. Prints medians.")
public final class StartCommand implements Callable<Integer> {

    private static final Duration START = Duration.ofMinutes(5);
    private static final long KIB = 1024;

    @Mixin ProjectOptions options = new ProjectOptions();

    @Option(names = "--runs", description = "Of each start; default ${DEFAULT-VALUE}.")
    int runs = 3;

    @Option(names = "--no-control", description = "Leave out the broker alone and Spring Boot.")
    boolean noControl;

    @Option(names = "--no-restart", description = "Leave out the first decisions.")
    boolean noRestart;

    @Option(
            names = "--idle-seconds",
            description =
                    "How long the idle product is watched, in the last run; 0: not; default"
                            + " ${DEFAULT-VALUE}.")
    double idleSeconds = 30;

    @Option(
            names = "--idle-after",
            description = "Seconds after /ready until then; default ${DEFAULT-VALUE}.")
    double idleAfterSeconds = 60;

    private final StartTimes times = new StartTimes();

    @Override
    public Integer call() throws Exception {
        if (runs < 1) {
            throw new IllegalArgumentException("runs: " + runs + " (expected: 1 or more)");
        }
        Product.build(options.project());
        for (int i = 1; i <= runs; i++) {
            run(i);
        }
        report();
        return 0;
    }

    private void run(int number) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("budget-bench");
        Path data = Files.createDirectory(scratch.resolve("data"));
        try (Product product = new Product(options.project(), data, options.settings())) {
            start(product, number);
            if (idleSeconds > 0 && number == runs) {
                idle(product);
            }
            if (!noRestart) {
                Restarts restarts = Restarts.ofNewBudget(product, "start-" + number);
                product.stop();
                times.add("decided after start", restarts.started(number));
                times.add("decided after kill", restarts.once(number));
            }
            product.stop();
            if (!noControl) {
                deleteAllBut(product.brokerConfiguration());
                brokerAlone(product, number);
                emptyWeb(number);
            }
        } finally {
            Target.delete(scratch);
        }
    }

    private void start(Product product, int number) throws IOException, InterruptedException {
        long began = System.nanoTime();
        product.launch();
        OpenPort.await(product.address(), product::isRunning, START);
        times.add("port", since(began));
        product.awaitOk("/health", START);
        times.add("health", since(began));
        product.awaitOk("/ready", START);
        times.add("ready", since(began));
        double application = ProcessCpu.seconds(product.pid());
        double broker = product.brokerPid().map(ProcessCpu::seconds).orElse(0.0);
        times.add("application CPU", application);
        times.add("broker CPU", broker);
        times.add("CPU", application + broker);
        System.out.printf(
                Locale.ROOT,
                "start %d     /ready after %.2f s; application %.2f, broker %.2f CPU-seconds%n",
                number,
                since(began),
                application,
                broker);
    }

    private void brokerAlone(Product product, int number) throws IOException, InterruptedException {
        long began = System.nanoTime();
        try (ChildProcess broker = ChildProcess.launch(BrokerAlone.command(product), "ready")) {
            OpenPort.await(product.brokerAddress(), broker::isAlive, START);
            control("broker alone", number, began, broker);
        }
    }

    private void emptyWeb(int number) throws IOException, InterruptedException {
        int port = Product.freePorts(1).getFirst();
        long began = System.nanoTime();
        try (ChildProcess web =
                ControlProgram.launch(EmptyWeb.class, List.of(String.valueOf(port)))) {
            OpenPort.await(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    web::isAlive,
                    START);
            control("empty web", number, began, web);
        }
    }

    private void control(String name, int number, long began, ChildProcess process) {
        double open = since(began);
        double cpu = ProcessCpu.seconds(process.pid());
        times.add(name, open);
        times.add(name + " CPU", cpu);
        System.out.printf(
                Locale.ROOT,
                "control %d   %s: port open after %.2f s, %.2f CPU-seconds%n",
                number,
                name,
                open,
                cpu);
    }

    private void idle(Product product) throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep((long) (idleAfterSeconds * 1e3));
        long broker = product.brokerPid().orElse(0L);
        long began = System.nanoTime();
        double application = ProcessCpu.seconds(product.pid());
        double brokerCpu = ProcessCpu.seconds(broker);
        TimeUnit.MILLISECONDS.sleep((long) (idleSeconds * 1e3));
        double seconds = since(began);
        double share = 100 * (ProcessCpu.seconds(product.pid()) - application) / seconds;
        double brokerShare = 100 * (ProcessCpu.seconds(broker) - brokerCpu) / seconds;
        System.out.printf(
                Locale.ROOT,
                "idle        from %.0f s after /ready, %.0f s: application %.1f %%, broker %.1f %%"
                        + " of a core; resident %,d and %,d MiB%n",
                idleAfterSeconds,
                seconds,
                share,
                brokerShare,
                ProcessMemory.resident(product.pid()) / KIB / KIB,
                broker == 0 ? 0 : ProcessMemory.resident(broker) / KIB / KIB);
    }

    private void report() {
        System.out.printf(
                Locale.ROOT,
                "medians     %d runs: port open after %.2f s, /health %.2f s, /ready %.2f s;"
                        + " application %.2f, broker %.2f, both %.2f CPU-seconds until /ready%n",
                runs,
                times.median("port"),
                times.median("health"),
                times.median("ready"),
                times.median("application CPU"),
                times.median("broker CPU"),
                times.median("CPU"));
        if (!noControl) {
            compare("broker alone");
            compare("empty web");
        }
        if (!noRestart) {
            new ShareOfControl(
                            times.median("decided after kill"), times.median("decided after start"))
                    .printCost("first decision after SIGKILL and start, of stop and start", "s");
        }
    }

    private void compare(String control) {
        new ShareOfControl(times.median("health"), times.median(control))
                .printCost("/health, of " + control + "'s open port", "s");
        new ShareOfControl(times.median("CPU"), times.median(control + " CPU"))
                .printCost("application and broker until /ready, of " + control, "CPU-seconds");
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    /** What the broker finds is what it found at the first start: its settings and nothing else. */
    private static void deleteAllBut(Path configuration) throws IOException {
        byte[] settings = Files.readAllBytes(configuration);
        Path directory = configuration.toAbsolutePath().getParent();
        if (directory != null) {
            Target.delete(directory);
            Files.createDirectories(directory);
        }
        Files.write(configuration, settings);
    }
}
