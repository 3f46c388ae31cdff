package tekton.budget.bench.kill;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.kill.Kills.Victim;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.product.BrokerAlone;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.proof.ProofOptions;
import tekton.budget.bench.trace.AzureTrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final Duration ANSWER = Duration.ofSeconds(20);

    @Mixin ProofOptions options = new ProofOptions();

    @Option(
            names = "--seconds",
            description = "How long records are sent; default ${DEFAULT-VALUE}.")
    int seconds = 120;

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

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                "settings    seed %d, %d s, %d kills of the application, %d of the broker, %.0f"
                        + " records/s%n",
                options.seed(), seconds, kills, brokerKills, rate);
        return options.judge("budget-kill", this::run);
    }

    private void run(Path scratch, List<String> failures) throws IOException, InterruptedException {
        Path books = Files.createDirectories(scratch.resolve("acknowledged"));
        Path data = Files.createDirectories(scratch.resolve("data"));
        try (Product product = new Product(options.project(), data, Map.of())) {
            run(product, books, failures);
        }
    }

    private void run(Product product, Path books, List<String> failures)
            throws IOException, InterruptedException {
        List<AzureTrace> traces =
                AzureTrace.readAll(AzureTrace.folder(options.project().toAbsolutePath()));
        System.out.println(
                "traffic     "
                        + (traces.isEmpty()
                                ? "made up: the folder with the Azure traces is absent"
                                : "shaped like the Azure traces"));
        product.launch();
        product.awaitOk("/health", FIRST_START);
        product.awaitOk("/ready", FIRST_START);

        List<String> allocations = Allocations.grant(product.address(), options.seed());
        Traffic traffic = new Traffic(options.seed(), traces, allocations);
        SenderBoard board = new SenderBoard();
        Fleet fleet =
                new Fleet(
                        new Sender.Parts(traffic, new Sent(), board),
                        new Fleet.Destination(
                                List.of(product.address()), ANSWER, product.bootstrapServers()),
                        books,
                        options.seed(),
                        rate);
        Kills killer = new Kills(product, board, Duration.ofSeconds(serveWithinSeconds));
        List<Victim> plan = Kills.plan(kills, brokerKills, options.seed());
        fleet.start();
        killer.run(plan, Duration.ofSeconds(seconds), options.seed());
        fleet.finish(CheckTimeout.LONGER);
        board.report(traffic.taken());
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
        failures.addAll(compare(verdict, expected));
        if (failures.isEmpty()) {
            failures.addAll(readAgain(product, verdict, expected));
        }
    }

    private List<String> compare(Verdict verdict, Expected expected)
            throws IOException, InterruptedException {
        Duration timeout = Duration.ofSeconds(drainWithinSeconds);
        List<String> differences = new ArrayList<>(verdict.totals(expected, timeout));
        differences.addAll(verdict.allocations(expected, timeout));
        differences.addAll(verdict.deadLetters(expected));
        return differences;
    }

    /** Without its offsets the product reads everything again, and must count nothing of it. */
    private List<String> readAgain(Product product, Verdict verdict, Expected expected)
            throws IOException, InterruptedException {
        int status = product.stop();
        System.out.println("stopped     with status " + status);
        try (BrokerAlone broker = BrokerAlone.start(product);
                Offsets offsets = new Offsets(broker.bootstrapServers(), group)) {
            int partitions = offsets.delete(CheckTimeout.LIMIT);
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
        List<String> differences = compare(verdict, expected);
        product.stop();
        return differences;
    }
}
