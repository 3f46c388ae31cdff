package tekton.budget.bench.kill;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import tekton.budget.bench.kill.Kills.Victim;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.product.BrokerAlone;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.trace.AzureTrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** {@code bench kill}. */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts the product with new data on free ports, sends records every way there is, and"
                    + " kills application and broker with SIGKILL meanwhile. Then compares every"
                    + " total with a sum over the topic, deletes the consumer group's offsets,"
                    + " starts again, and compares once more.",
            "Exit status 0 after PASS, 1 after FAIL."
        })
public final class KillCommand implements Callable<Integer> {

    private static final Duration FIRST_START = Duration.ofMinutes(10);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(150);

    @Option(names = "--project", paramLabel = "DIR", description = "Where run_budget.sh is.")
    Path project = Path.of(".");

    @Option(
            names = "--seconds",
            description = "How long records are sent; default ${DEFAULT-VALUE}.")
    int seconds = 120;

    @Option(names = "--seed", description = "Of traffic and kills; default: the time.")
    long seed = System.currentTimeMillis() % 1_000_000;

    @Option(names = "--kills", description = "Kills of the application; default ${DEFAULT-VALUE}.")
    int kills = 5;

    @Option(names = "--broker-kills", description = "Of the broker; default ${DEFAULT-VALUE}.")
    int brokerKills = 1;

    @Option(names = "--rate", description = "Records per second; default ${DEFAULT-VALUE}.")
    double rate = 2_000;

    @Option(
            names = "--serve-within",
            description =
                    "Seconds after a kill until /health and an acknowledgement; default"
                            + " ${DEFAULT-VALUE}.")
    int serveWithinSeconds = 15;

    @Option(
            names = "--drain-within",
            description = "Seconds for the totals to catch up; default ${DEFAULT-VALUE}.")
    int drainWithinSeconds = 180;

    @Option(
            names = "--group",
            description = "Consumer group of the metering; default ${DEFAULT-VALUE}.")
    String group = "budget-metering";

    @Option(names = "--scratch", description = "Data and logs; default: a temporary directory.")
    @Nullable Path scratch;

    @Option(names = "--keep", description = "Keep the scratch directory also after PASS.")
    boolean keep;

    private final List<String> failures = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Path directory = scratch == null ? Files.createTempDirectory("budget-kill") : scratch;
        Path books = Files.createDirectories(directory.resolve("acknowledged"));
        Path data = Files.createDirectories(directory.resolve("data"));
        System.out.printf(
                "settings    seed %d, %d s, %d kills of the application, %d of the broker, %.0f"
                        + " records/s, scratch %s%n",
                seed, seconds, kills, brokerKills, rate, directory);
        try (Product product = new Product(project, data, Map.of())) {
            run(product, books);
        } catch (IOException | RuntimeException e) {
            failures.add(e.toString());
        }
        if (failures.isEmpty()) {
            if (!keep && scratch == null) {
                Target.delete(directory);
            }
            System.out.println("PASS");
            return 0;
        }
        failures.forEach(failure -> System.out.println("wrong       " + failure));
        System.out.println("kept        " + directory);
        System.out.println("FAIL: " + failures.getFirst());
        return 1;
    }

    private void run(Product product, Path books) throws IOException, InterruptedException {
        List<AzureTrace> traces = AzureTrace.readAll(AzureTrace.folder(project.toAbsolutePath()));
        System.out.println(
                "traffic     "
                        + (traces.isEmpty()
                                ? "made up: the folder with the Azure traces is absent"
                                : "shaped like the Azure traces"));
        product.launch();
        product.awaitOk("/health", FIRST_START);
        product.awaitOk("/ready", FIRST_START);

        Traffic traffic = new Traffic(seed, traces);
        SenderBoard board = new SenderBoard();
        Fleet fleet =
                new Fleet(new Sender.Parts(traffic, new Sent(), board), product, books, seed, rate);
        Kills killer = new Kills(product, board, Duration.ofSeconds(serveWithinSeconds));
        List<Victim> plan = Kills.plan(kills, brokerKills, seed);
        fleet.start();
        killer.run(plan, Duration.ofSeconds(seconds), seed);
        fleet.finish(LAST_ANSWERS);
        report(traffic, board);
        failures.addAll(killer.late());
        failures.addAll(board.allWrong());
        if (board.gaveUp.get() > 0) {
            failures.add(board.gaveUp.get() + " records were never acknowledged");
        }

        Verdict verdict = new Verdict(product.bootstrapServers(), product.address());
        Expected expected = verdict.expected();
        Set<String> acknowledged = AckLog.readAll(books);
        System.out.printf("books       %,d acknowledged ids%n", acknowledged.size());
        failures.addAll(Verdict.lost(acknowledged, expected));
        compare(verdict, expected);
        if (failures.isEmpty()) {
            readAgain(product, verdict, expected);
        }
    }

    private static void report(Traffic traffic, SenderBoard board) {
        System.out.printf(
                Locale.ROOT,
                "sent        %,d records; %,d sent again, %,d conflicts, %,d strays, %,d not valid;"
                        + " %,d acknowledgements, %,d tries without%n",
                traffic.taken(),
                board.duplicates.get(),
                board.conflicts.get(),
                board.strays.get(),
                board.poison.get(),
                board.acknowledged.get(),
                board.retries.get());
        System.out.println("answers     " + board.answers());
    }

    private void compare(Verdict verdict, Expected expected)
            throws IOException, InterruptedException {
        failures.addAll(verdict.totals(expected, Duration.ofSeconds(drainWithinSeconds)));
        failures.addAll(verdict.deadLetters(expected));
    }

    /** Without its offsets the product reads everything again, and must count nothing of it. */
    private void readAgain(Product product, Verdict verdict, Expected expected)
            throws IOException, InterruptedException {
        int status = product.stop();
        System.out.println("stopped     with status " + status);
        try (BrokerAlone broker = BrokerAlone.start(product);
                Offsets offsets = new Offsets(broker.bootstrapServers(), group)) {
            int partitions = offsets.delete(Duration.ofSeconds(90));
            System.out.printf(
                    "deleted     the offsets of %d partitions of %s%n", partitions, group);
        }
        product.launch();
        product.awaitOk("/health", FIRST_START);
        product.awaitOk("/ready", FIRST_START);
        try (Offsets offsets = new Offsets(product.bootstrapServers(), group)) {
            offsets.awaitDrained(Duration.ofSeconds(drainWithinSeconds));
        }
        System.out.println("read again  from the beginning");
        compare(verdict, expected);
        product.stop();
    }
}
