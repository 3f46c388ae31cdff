package tekton.budget.bench.crash;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.product.BrokerAlone;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final List<String> USAGE = List.of(WayIn.DIRECT.target());

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

    private void run(Path scratch, Checker checker) throws IOException, InterruptedException {
        try (ProductCluster cluster = ProductCluster.standalone(options.project(), scratch)) {
            cluster.start(CheckTimeout.LONGER);
            UsageWorkload usage =
                    UsageWorkload.ready(
                            options.project(),
                            scratch,
                            new UsageWorkload.Destination(
                                    cluster.addresses(), ANSWER, cluster.bootstrapServers()),
                            options.seed(),
                            rate);
            SenderBoard board = usage.board();
            usage.start();
            new Nemesis(
                            cluster,
                            board,
                            _ -> board.latestServedAt(),
                            Duration.ofSeconds(serveWithinSeconds),
                            CheckTimeout.LIMIT)
                    .spread(
                            FaultSchedule.kills(kills, brokerKills, options.seed()),
                            Duration.ofSeconds(seconds),
                            options.seed());
            usage.finish(CheckTimeout.LONGER);
            usage.check(checker);
            UsageChecker counted =
                    new UsageChecker(cluster, Duration.ofSeconds(drainWithinSeconds));
            Expected expected = counted.expected();
            checker.require("log", UsageChecker.lost(usage.books(), expected.firsts()));
            counted.compare(checker, expected);
            if (checker.holds()) {
                readAgain(cluster);
                counted.compare(checker, expected);
                cluster.instance(0).stop();
            }
        }
    }

    /** Without its offsets the product reads everything again, and must count nothing of it. */
    private void readAgain(ProductCluster cluster) throws IOException, InterruptedException {
        Product product = cluster.instance(0);
        System.out.println("stopped     with status " + product.stop());
        try (BrokerAlone broker = BrokerAlone.start(product);
                Offsets offsets = new Offsets(broker.bootstrapServers(), group, USAGE)) {
            int partitions = offsets.delete(CheckTimeout.LIMIT);
            System.out.printf(
                    "deleted     the offsets of %d partitions of %s%n", partitions, group);
        }
        cluster.start(CheckTimeout.LONGER);
        try (Offsets offsets = new Offsets(product.bootstrapServers(), group, USAGE)) {
            offsets.awaitDrained(Duration.ofSeconds(drainWithinSeconds));
        }
        System.out.println("read again  from the beginning");
    }
}
