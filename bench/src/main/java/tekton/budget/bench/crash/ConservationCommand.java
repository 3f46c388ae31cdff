package tekton.budget.bench.crash;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.longrun.LongRun;
import tekton.budget.bench.longrun.LongRunOptions;
import tekton.budget.bench.longrun.RunState;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.product.BrokerCluster;
import tekton.budget.bench.product.Product;
import tekton.budget.bench.product.Target;
import tekton.budget.bench.product.TopicMaker;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code bench conservation}. */
@Command(
        name = "conservation",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts every part of the product as a process of its own and sends records over every"
                + " way in, while one process after the other is killed or frozen. Ends by itself,"
                + " or cleanly after Ctrl-C, and then proves that what was acknowledged is in the"
                + " log, that every total is the sum over the log, and that nothing else counts."
                + " With --state the next call goes on with the same data, the next records and the"
                + " next faults, until there were enough of both.",
            "Exit status 0 after PASS or a leg that passed, 1 after FAIL."
        })
public final class ConservationCommand implements Callable<Integer> {

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final int FOREIGN_PARTITIONS = 3;

    /** Numbers that a leg may hand out before it says so on disk. */
    private static final long RESERVED = 200_000;

    private static final long RESERVE_EVERY_MS = 2_000;

    @Mixin LongRunOptions options = new LongRunOptions();

    @Option(names = "--records", description = "Of the whole run; default ${DEFAULT-VALUE}.")
    long records = 10_000_000;

    @Option(names = "--faults", description = "Of the whole run; default ${DEFAULT-VALUE}.")
    long faults = 500;

    @Option(names = "--rate", description = "Records per second; default ${DEFAULT-VALUE}.")
    double rate = 1_000;

    @Option(names = "--brokers", description = "1 to 9; default ${DEFAULT-VALUE}.")
    int brokers = 1;

    @Option(names = "--applications", description = "1 to 9; default ${DEFAULT-VALUE}.")
    int applications = 1;

    @Option(names = "--workers", description = "0 to 9; default ${DEFAULT-VALUE}.")
    int workers = 1;

    @Option(
            names = "--freeze-seconds",
            description = "How long something is frozen at most, from 2; default ${DEFAULT-VALUE}.")
    int freezeSeconds = 20;

    @Option(
            names = "--drain-within",
            description = "Seconds for the totals to catch up; default ${DEFAULT-VALUE}.")
    int drainWithinSeconds = 600;

    @Option(
            names = "--read-again",
            description =
                    "In the end the metering reads everything once more, and must count nothing of"
                            + " it. Only while all ids are remembered: within a day.")
    boolean readAgain;

    @Override
    public Integer call() throws Exception {
        Product.build(options.project());
        return LongRun.leg(
                options, "conservation", Map.of("records", records, "faults", faults), this::leg);
    }

    private List<String> leg(LongRun run, ObjectNode figures)
            throws IOException, InterruptedException {
        RunState state = run.state();
        String clusterId = state.keptText("cluster_id", BrokerCluster::newClusterId);
        Checker checker = new Checker();
        try (ProductCluster cluster =
                ProductCluster.parts(
                        options.project(),
                        run.folder("cluster"),
                        clusterId,
                        new ProductCluster.ProcessCounts(brokers, applications, workers, 1),
                        settings())) {
            cluster.start(CheckTimeout.LONGER);
            TopicMaker.make(
                    cluster.bootstrapServers(),
                    List.of(WayIn.EVENTS_TOPIC.target(), WayIn.SPANS_TOPIC.target()),
                    FOREIGN_PARTITIONS,
                    Math.min(brokers, 3));
            Traffic traffic = traffic(cluster, state);
            UsageWorkload usage =
                    UsageWorkload.everyWay(
                            traffic,
                            run.folder("leg-" + state.legNumber()),
                            new UsageWorkload.Destination(
                                    cluster.addresses(), ANSWER, cluster.bootstrapServers()),
                            state.seed() + state.legNumber(),
                            rate);
            try {
                disturb(run, cluster, traffic, usage, figures, checker);
                verify(run, cluster, traffic, figures, checker);
            } finally {
                usage.board().stop.set(true);
                usage.check(checker);
            }
        }
        return checker.failures();
    }

    private Map<String, String> settings() {
        return Map.of(
                "BUDGET_STANDBY_REPLICAS",
                applications + workers > 1 ? "1" : "0",
                "BUDGET_CLUSTER_SECRET",
                UUID.randomUUID().toString(),
                // Nobody is asked over the network, and no price changes in the midst.
                "BUDGET_PRICE_SOURCES",
                "built-in",
                "BUDGET_CLOUDEVENTS_TOPICS",
                WayIn.EVENTS_TOPIC.target(),
                "BUDGET_OTLP_TOPICS",
                WayIn.SPANS_TOPIC.target() + "=traces");
    }

    /** The next records; some draw on allocations that the first leg was granted. */
    private Traffic traffic(ProductCluster cluster, RunState state)
            throws IOException, InterruptedException {
        ArrayNode granted = JsonNodeFactory.instance.arrayNode();
        if (state.kept("allocations", granted).isEmpty()) {
            Allocations.grant(cluster.addresses().getFirst(), state.seed()).forEach(granted::add);
            state.keep("allocations", granted);
        }
        return new Traffic(
                state.seed(),
                UsageWorkload.traces(options.project()),
                state.kept("allocations", granted).valueStream().map(JsonNode::asString).toList(),
                state.kept("next_record", JsonNodeFactory.instance.numberNode(0L)).asLong());
    }

    private void disturb(
            LongRun run,
            ProductCluster cluster,
            Traffic traffic,
            UsageWorkload usage,
            ObjectNode figures,
            Checker checker)
            throws InterruptedException {
        RunState state = run.state();
        SenderBoard board = usage.board();
        WorkloadBoard decisions = new WorkloadBoard(cluster.addresses().size());
        String probe = "probe-%d-%d".formatted(state.seed(), state.legNumber());
        Thread asking =
                Thread.ofPlatform()
                        .daemon()
                        .name("probe")
                        .start(new DecisionProbe(cluster.addresses(), probe, decisions));
        reserve(state, traffic.taken());
        Thread reserving = Thread.ofVirtual().start(() -> reserveAhead(state, traffic, board));
        usage.start();
        Thread.ofVirtual().start(board::showProgress);
        run.disturbancesBegin();
        int done = (int) state.reached("faults");
        long before = state.reached("records");
        NumberedFaults plan =
                new NumberedFaults(
                        state.seed(), brokers, cluster::numbersOf, freezeSeconds * 1_000L, done);
        new Nemesis(
                        cluster,
                        board,
                        _ -> board.latestServedAt(),
                        CheckTimeout.LIMIT,
                        CheckTimeout.LIMIT)
                .series(
                        plan,
                        done,
                        () -> {
                            state.reach("records", before + sent(board));
                            return run.goesOn() && state.reached("faults") < faults;
                        },
                        decisions,
                        board,
                        run::took);
        while (run.goesOn()) {
            TimeUnit.MILLISECONDS.sleep(100);
            state.reach("records", before + sent(board));
        }
        figures.put("disturbed_seconds", run.disturbedSeconds());
        System.out.println("calm        no more disturbances");
        usage.finish(CheckTimeout.LONGER);
        decisions.stop.set(true);
        decisions.join(List.of(asking), CheckTimeout.LONGER);
        reserving.join();
        state.reach("records", before + sent(board));
        state.keep("next_record", JsonNodeFactory.instance.numberNode(traffic.taken()));
        checker.require("decisions", decisions.allWrong());
        report(figures, board, decisions, state, done);
    }

    private static long sent(SenderBoard board) {
        return board.byWay().values().stream().mapToLong(Long::longValue).sum();
    }

    private static void report(
            ObjectNode figures,
            SenderBoard board,
            WorkloadBoard decisions,
            RunState state,
            int faultsBefore) {
        figures.put("records", sent(board));
        ObjectNode ways = figures.putObject("records_by_way");
        board.byWay().forEach((way, count) -> ways.put(way.word(), count));
        figures.put("acknowledgements", board.acknowledged.get());
        figures.put("sent_again", board.duplicates.get());
        figures.put("conflicts_sent", board.conflicts.get());
        figures.put("misrouted", board.misrouted.get());
        figures.put("not_valid_sent", board.poison.get());
        figures.put("tries_without_acknowledgement", board.retries.get());
        figures.put("faults", state.reached("faults") - faultsBefore);
        figures.put("allocations_decided", decisions.servedCount());
    }

    /** Should this program be killed, the next leg begins behind every number that was used. */
    private static void reserveAhead(RunState state, Traffic traffic, SenderBoard board) {
        long reserved = traffic.taken() + RESERVED;
        try {
            while (!board.stop.get()) {
                if (traffic.taken() + RESERVED / 2 > reserved) {
                    reserved = traffic.taken() + RESERVED;
                    reserve(state, traffic.taken());
                }
                TimeUnit.MILLISECONDS.sleep(RESERVE_EVERY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reserve(RunState state, long taken) {
        state.keep("next_record", JsonNodeFactory.instance.numberNode(taken + RESERVED));
    }

    private void verify(
            LongRun run,
            ProductCluster cluster,
            Traffic traffic,
            ObjectNode figures,
            Checker checker)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Duration timeout = Duration.ofSeconds(drainWithinSeconds);
        cluster.awaitReady(CheckTimeout.LIMIT);
        awaitRead(
                cluster, "budget-foreign", List.of(WayIn.EVENTS_TOPIC, WayIn.SPANS_TOPIC), timeout);
        long end = traffic.taken();
        long seed = run.state().seed();
        UsageChecker counted = new UsageChecker(cluster, timeout);
        Expected expected = counted.expected(checker, id -> Wording.numberOf(id, seed, end));
        for (Path books : books(run)) {
            checker.require("log", UsageChecker.lost(books, expected.firsts()));
        }
        counted.compare(checker, expected);
        checker.eventually(
                "alerts", timeout, () -> AlertCheck.differences(cluster.bootstrapServers()));
        if (readAgain && checker.holds()) {
            readAgain(cluster, timeout);
            counted.compare(checker, expected);
        }
        if (checker.holds()) {
            for (Path books : books(run)) {
                Target.delete(books);
            }
        }
        figures.put("distinct_records_in_log", expected.distinct());
        figures.put("duplicates_in_log", expected.duplicates());
        figures.put("conflicts_in_log", expected.conflicts().size());
        figures.put("not_valid_in_log", expected.rejected().size());
        figures.put("proof_seconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
    }

    /** Of this leg, and of earlier ones that did not come to their proof. */
    private static List<Path> books(LongRun run) throws IOException {
        List<Path> books = new ArrayList<>();
        try (Stream<Path> legs = Files.list(run.folder("."))) {
            legs.map(leg -> leg.resolve("acknowledged"))
                    .filter(Files::isDirectory)
                    .forEach(books::add);
        }
        return books;
    }

    private static void awaitRead(
            ProductCluster cluster, String group, List<WayIn> ways, Duration timeout)
            throws IOException, InterruptedException {
        List<String> topics = ways.stream().map(WayIn::target).toList();
        try (Offsets offsets = new Offsets(cluster.bootstrapServers(), group, topics)) {
            offsets.awaitDrained(timeout);
        }
    }

    /** Without its offsets the metering reads everything again. */
    private static void readAgain(ProductCluster cluster, Duration timeout)
            throws IOException, InterruptedException {
        cluster.stopInstances();
        try (Offsets offsets =
                new Offsets(
                        cluster.bootstrapServers(),
                        "budget-metering",
                        List.of(WayIn.DIRECT.target()))) {
            System.out.printf(
                    "deleted     the offsets of %d partitions%n",
                    offsets.delete(CheckTimeout.LIMIT));
        }
        cluster.launchInstances();
        cluster.awaitReady(CheckTimeout.LIMIT);
        awaitRead(cluster, "budget-metering", List.of(WayIn.DIRECT), timeout);
        System.out.println("read again  from the beginning");
    }
}
