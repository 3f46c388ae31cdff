package tekton.budget.bench.crash;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

/** {@code bench chaos}. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a cluster of brokers and several instances of the product, with new data on"
                + " free ports, and sends records every way there is and asks for allocations, from"
                + " whichever instance answers. Meanwhile kills, freezes and restarts instances and"
                + " brokers, one after the other. Then compares what every instance says, what"
                + " callers were told and what was alerted of with what the topics say.",
            "Exit status 0 after PASS, 1 after FAIL."
        })
public final class ChaosCommand implements Callable<Integer> {

    private static final Duration ANSWER = Duration.ofSeconds(5);

    @Mixin ProofOptions options = new ProofOptions();

    @Option(
            names = "--seconds",
            description =
                    "How long there are disturbances; one of each at least; default"
                            + " ${DEFAULT-VALUE}.")
    int seconds = 300;

    @Option(names = "--brokers", description = "1 to 9; default ${DEFAULT-VALUE}.")
    int brokers = 3;

    @Option(names = "--instances", description = "1 to 9; default ${DEFAULT-VALUE}.")
    int instances = 3;

    @Option(names = "--rate", description = "Records per second; default ${DEFAULT-VALUE}.")
    double rate = 150;

    @Option(
            names = "--callers",
            description = "Who fight for allocations; default ${DEFAULT-VALUE}.")
    int callers = 4;

    @Option(
            names = "--recover-within",
            description =
                    "Seconds after a disturbance until all is well again; default"
                            + " ${DEFAULT-VALUE}.")
    int recoverWithinSeconds = 120;

    @Option(
            names = "--drain-within",
            description = "Seconds for the totals to catch up; default ${DEFAULT-VALUE}.")
    int drainWithinSeconds = 180;

    @Option(
            names = "--java-opts",
            paramLabel = "OPTIONS",
            description = "BUDGET_JAVA_OPTS of every instance; default ${DEFAULT-VALUE}.")
    String javaOptions = "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    @Override
    public Integer call() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "settings    seed %d, %d s, %d brokers, %d instances, %.0f records/s, %d callers%n",
                options.seed(),
                seconds,
                brokers,
                instances,
                rate,
                callers);
        return options.judge("budget-chaos", this::run);
    }

    private void run(Path scratch, Checker checker) throws IOException, InterruptedException {
        Product.build(options.project());
        try (ProductCluster cluster =
                ProductCluster.of(options.project(), scratch, brokers, instances, settings())) {
            cluster.start(CheckTimeout.LIMIT);
            List<InetSocketAddress> addresses = cluster.addresses();
            UsageWorkload usage =
                    UsageWorkload.ready(
                            options.project(),
                            scratch,
                            new UsageWorkload.Destination(
                                    addresses, ANSWER, cluster.bootstrapServers()),
                            options.seed(),
                            rate);
            try (AllocationWorkload allocations =
                    AllocationWorkload.begin(
                            addresses,
                            cluster.bootstrapServers(),
                            scratch.resolve("answers.tsv"),
                            new AllocationWorkload.Size(options.seed(), callers, 200, 200_003))) {
                try {
                    Spenders spenders = Spenders.begin(addresses, usage, options.seed());
                    disturb(cluster, usage, allocations, spenders);
                    allocations.compare();
                    compare(cluster, usage, spenders, checker);
                } finally {
                    usage.board().stop.set(true);
                    allocations.check(checker);
                    usage.check(checker);
                }
            }
        }
    }

    private void disturb(
            ProductCluster cluster,
            UsageWorkload usage,
            AllocationWorkload allocations,
            Spenders spenders)
            throws IOException, InterruptedException {
        SenderBoard board = usage.board();
        Duration recoverWithin = Duration.ofSeconds(recoverWithinSeconds);
        usage.start();
        Thread.ofVirtual().start(board::showProgress);
        new Nemesis(cluster, board, _ -> board.latestServedAt(), recoverWithin, recoverWithin)
                .rounds(
                        new FaultSchedule(options.seed(), instances, brokers, seconds),
                        Duration.ofSeconds(seconds));
        System.out.println("calm        no more disturbances");
        usage.finish(CheckTimeout.LONGER);
        spenders.finish(CheckTimeout.LONGER);
        allocations.finish();
        cluster.awaitReady(recoverWithin);
    }

    private void compare(
            ProductCluster cluster, UsageWorkload usage, Spenders spenders, Checker checker)
            throws IOException, InterruptedException {
        Duration timeout = Duration.ofSeconds(drainWithinSeconds);
        UsageChecker counted = new UsageChecker(cluster, timeout);
        Expected expected = counted.expected();
        checker.require("log", UsageChecker.lost(usage.books(), expected.firsts()));
        counted.compare(checker, expected);
        checker.require("spenders", spenders.differences(expected));
        checker.eventually(
                "alerts", timeout, () -> AlertCheck.differences(cluster.bootstrapServers()));
    }

    private Map<String, String> settings() {
        return Map.of(
                "BUDGET_REPLICATION",
                String.valueOf(Math.min(brokers, 3)),
                "BUDGET_STANDBY_REPLICAS",
                instances > 1 ? "1" : "0",
                "BUDGET_CLUSTER_SECRET",
                UUID.randomUUID().toString(),
                "BUDGET_JAVA_OPTS",
                javaOptions);
    }
}
