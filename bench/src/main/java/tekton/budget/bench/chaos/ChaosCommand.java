package tekton.budget.bench.chaos;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.kill.Allocations;
import tekton.budget.bench.kill.Fleet;
import tekton.budget.bench.kill.Sender;
import tekton.budget.bench.kill.SenderBoard;
import tekton.budget.bench.kill.Sent;
import tekton.budget.bench.kill.Traffic;
import tekton.budget.bench.overspend.Fight;
import tekton.budget.bench.product.BrokerCluster;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.proof.ProofOptions;
import tekton.budget.bench.trace.AzureTrace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

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

    private static final Duration FIRST_START = Duration.ofMinutes(5);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final long PROGRESS_SECONDS = 10;

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

    private void run(Path scratch, List<String> failures) throws IOException, InterruptedException {
        Product.build(options.project());
        try (BrokerCluster cluster = new BrokerCluster(options.project(), scratch, brokers);
                Instances fleet =
                        new Instances(
                                options.project(),
                                scratch,
                                instances,
                                settings(cluster.bootstrapServers()))) {
            for (int i = 0; i < brokers; i++) {
                cluster.launch(i);
            }
            Duration formed = cluster.awaitInSync(FIRST_START);
            fleet.launch();
            Duration healthy = fleet.awaitOk("/health", FIRST_START);
            Duration ready = healthy.plus(fleet.awaitOk("/ready", FIRST_START));
            System.out.printf(
                    Locale.ROOT,
                    "started     brokers in sync after %.1f s; instances: /health %.1f s, /ready"
                            + " %.1f s%n",
                    formed.toMillis() / 1e3,
                    healthy.toMillis() / 1e3,
                    ready.toMillis() / 1e3);
            run(cluster, fleet, scratch, failures);
        }
    }

    private Map<String, String> settings(String bootstrapServers) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers,
                "BUDGET_REPLICATION",
                String.valueOf(Math.min(brokers, 3)),
                "BUDGET_STANDBY_REPLICAS",
                instances > 1 ? "1" : "0",
                "BUDGET_CLUSTER_SECRET",
                UUID.randomUUID().toString(),
                "BUDGET_JAVA_OPTS",
                javaOptions);
    }

    private void run(BrokerCluster cluster, Instances fleet, Path scratch, List<String> failures)
            throws IOException, InterruptedException {
        List<InetSocketAddress> addresses = fleet.addresses();
        String bootstrapServers = cluster.bootstrapServers();
        long seed = options.seed();
        Path books = Files.createDirectories(scratch.resolve("acknowledged"));
        List<AzureTrace> traces =
                AzureTrace.readAll(AzureTrace.folder(options.project().toAbsolutePath()));
        List<String> allocations = Allocations.grant(addresses.getFirst(), seed);
        Traffic traffic = new Traffic(seed, traces, allocations);
        SenderBoard board = new SenderBoard();
        Fleet senders =
                new Fleet(
                        new Sender.Parts(traffic, new Sent(), board),
                        new Fleet.Destination(addresses, ANSWER, bootstrapServers),
                        books,
                        seed,
                        rate);
        Duration recoverWithin = Duration.ofSeconds(recoverWithinSeconds);
        Fight.Size size = new Fight.Size(seed, callers, 200, 200_003);
        try (Fight fight =
                Fight.begin(addresses, bootstrapServers, scratch.resolve("answers.tsv"), size)) {
            Spenders spenders = Spenders.begin(addresses, board, books, seed);
            senders.start();
            Thread.ofVirtual().start(() -> showProgress(board));
            try {
                new Disturber(cluster, fleet, board, recoverWithin)
                        .run(
                                new Schedule(seed, instances, brokers, seconds),
                                Duration.ofSeconds(seconds));
                System.out.println("calm        no more disturbances");
                senders.finish(CheckTimeout.LONGER);
                spenders.finish(CheckTimeout.LONGER);
                fight.end();
                board.report(traffic.taken());
                fleet.awaitOk("/ready", recoverWithin);
                fight.judge();
                failures.addAll(
                        new ClusterChecker(
                                        bootstrapServers,
                                        addresses,
                                        Duration.ofSeconds(drainWithinSeconds))
                                .differences(books, spenders));
            } finally {
                board.stop.set(true);
                failures.addAll(0, board.allWrong());
                failures.addAll(0, fight.wrong());
            }
        }
        count(failures, board.gaveUp.get(), "records were never acknowledged");
        count(
                failures,
                board.refusedByAll.get(),
                "usage writes were refused by every instance in a rolling restart");
    }

    private static void count(List<String> failures, long number, String what) {
        if (number > 0) {
            failures.add(number + " " + what);
        }
    }

    private static void showProgress(SenderBoard board) {
        long before = 0;
        try {
            while (!board.stop.get()) {
                TimeUnit.SECONDS.sleep(PROGRESS_SECONDS);
                long now = board.acknowledged.get();
                System.out.printf(
                        Locale.ROOT,
                        "            %,d acknowledged, %,d/s%n",
                        now,
                        (now - before) / PROGRESS_SECONDS);
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
