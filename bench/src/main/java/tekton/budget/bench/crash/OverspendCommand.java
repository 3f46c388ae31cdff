package tekton.budget.bench.crash;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code bench overspend}. */
@Command(
        name = "overspend",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts two application processes on one broker, with new data on free ports, and lets"
                    + " many callers fight for the last tokens of one hard limit and the last"
                    + " dollars of another, while one process after the other is killed with"
                    + " SIGKILL. In the end both are killed, and everything that callers were told"
                    + " is compared with what the ledger's log says.",
            "Exit status 0 after PASS, 1 after FAIL."
        })
public final class OverspendCommand implements Callable<Integer> {

    private static final int INSTANCES = 2;

    @Mixin ProofOptions options = new ProofOptions();

    @Option(names = "--seconds", description = "How long callers fight; default ${DEFAULT-VALUE}.")
    int seconds = 60;

    @Option(names = "--callers", description = "1 to 1,000; default ${DEFAULT-VALUE}.")
    int callers = 200;

    @Option(names = "--kills", description = "Meanwhile; default ${DEFAULT-VALUE}.")
    int kills = 2;

    @Option(names = "--think-ms", description = "A caller's mean pause; default ${DEFAULT-VALUE}.")
    int thinkMs = 100;

    @Option(
            names = "--limit-tokens",
            description =
                    "The token limit; the cost limit is their price; default ${DEFAULT-VALUE}.")
    long limitTokens = 200_003;

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "settings    seed %d, %d callers, %d s, %d kills, pauses of %d ms, limit %,d"
                        + " tokens%n",
                options.seed(),
                callers,
                seconds,
                kills,
                thinkMs,
                limitTokens);
        return options.judge("budget-overspend", this::run);
    }

    private void run(Path scratch, Checker checker) throws IOException, InterruptedException {
        Product.build(options.project());
        // Without a secret the instances cannot ask each other: callers ask both.
        try (ProductCluster cluster =
                ProductCluster.of(options.project(), scratch, 1, INSTANCES, Map.of())) {
            cluster.start(CheckTimeout.LONGER);
            try (AllocationWorkload allocations =
                    AllocationWorkload.begin(
                            cluster.addresses(),
                            cluster.bootstrapServers(),
                            scratch.resolve("answers.tsv"),
                            new AllocationWorkload.Size(
                                    options.seed(), callers, thinkMs, limitTokens))) {
                try {
                    run(cluster, allocations);
                } finally {
                    allocations.check(checker);
                }
            }
        }
    }

    private void run(ProductCluster cluster, AllocationWorkload allocations)
            throws IOException, InterruptedException {
        WorkloadBoard board = allocations.board();
        new Nemesis(
                        cluster,
                        board,
                        fault -> board.servedAt(fault.victim()),
                        CheckTimeout.LIMIT,
                        CheckTimeout.LIMIT)
                .spread(
                        FaultSchedule.killsInTurn(kills, INSTANCES, options.seed()),
                        Duration.ofSeconds(seconds),
                        options.seed());
        allocations.finish();
        cluster.killAllInstances(CheckTimeout.LIMIT);
        allocations.compare();
    }
}
