package tekton.budget.bench.crash;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.longrun.LongRun;
import tekton.budget.bench.longrun.LongRunOptions;
import tekton.budget.bench.longrun.RunState;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.product.BrokerCluster;
import tekton.budget.bench.product.Product;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** {@code bench ledger}. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts two application processes and their broker and lets many callers fight for what"
                + " is left of hard limits: of tokens, of dollars, of each of two tiers, of each"
                + " session, of dollars for a model with fees; others are granted tokens, use them"
                + " and give the rest back. Meanwhile one process after the other is killed or"
                + " frozen. In the end all are killed, and the log of decisions is added up: no"
                + " limit overspent at any time, nobody refused who had something left, what came"
                + " back right to the unit. With --state the next call goes on, with new budgets on"
                + " the same data.",
            "Exit status 0 after PASS or a leg that passed, 1 after FAIL."
        })
public final class LedgerCommand implements Callable<Integer> {

    private static final Duration ANSWER = Duration.ofSeconds(20);

    /** Limits end with the month, and with them the sums of the proof. */
    private static final long PROOF_HOURS = 1;

    @Mixin LongRunOptions options = new LongRunOptions();

    @Option(names = "--decisions", description = "Of the whole run; default ${DEFAULT-VALUE}.")
    long decisions = 1_000_000;

    @Option(names = "--faults", description = "Of the whole run; default ${DEFAULT-VALUE}.")
    long faults = 200;

    @Option(names = "--callers", description = "1 to 1,000; default ${DEFAULT-VALUE}.")
    int callers = 100;

    @Option(names = "--think-ms", description = "A caller's mean pause; default ${DEFAULT-VALUE}.")
    int thinkMs = 100;

    @Option(
            names = "--limit-tokens",
            description = "Of each limit, or their price; default ${DEFAULT-VALUE}.")
    long limitTokens = 200_003;

    @Option(
            names = "--freeze-seconds",
            description = "How long something is frozen at most, from 2; default ${DEFAULT-VALUE}.")
    int freezeSeconds = 20;

    @Option(
            names = "--drain-within",
            description = "Seconds for the totals to catch up; default ${DEFAULT-VALUE}.")
    int drainWithinSeconds = 600;

    @Override
    public Integer call() throws Exception {
        Product.build(options.project());
        return LongRun.leg(
                options, "ledger", Map.of("decisions", decisions, "faults", faults), this::leg);
    }

    private List<String> leg(LongRun run, ObjectNode figures)
            throws IOException, InterruptedException {
        requireTheSameMonth(run);
        RunState state = run.state();
        Checker checker = new Checker();
        try (ProductCluster cluster =
                ProductCluster.parts(
                        options.project(),
                        run.folder("cluster"),
                        state.keptText("cluster_id", BrokerCluster::newClusterId),
                        new ProductCluster.ProcessCounts(1, 2, 0, 0),
                        Map.of(
                                "BUDGET_STANDBY_REPLICAS",
                                "1",
                                "BUDGET_CLUSTER_SECRET",
                                UUID.randomUUID().toString(),
                                "BUDGET_PRICE_SOURCES",
                                "built-in"))) {
            cluster.start(CheckTimeout.LONGER);
            new LedgerLeg(run, cluster, figures, checker).run();
        }
        return checker.failures();
    }

    private static void requireTheSameMonth(LongRun run) throws IOException {
        LocalDate now = LocalDate.now(ZoneOffset.UTC);
        LocalDate then =
                LocalDate.ofInstant(
                        run.latestEnd().plus(Duration.ofHours(PROOF_HOURS)), ZoneOffset.UTC);
        if (now.getMonth() != then.getMonth()) {
            throw new IOException("the month ends before the proof: begin in the next");
        }
    }

    /** One leg. */
    private final class LedgerLeg {
        private final LongRun run;
        private final ProductCluster cluster;
        private final ObjectNode figures;
        private final Checker checker;
        private final String name;

        LedgerLeg(LongRun run, ProductCluster cluster, ObjectNode figures, Checker checker) {
            this.run = run;
            this.cluster = cluster;
            this.figures = figures;
            this.checker = checker;
            name = "ledger-%d-%d".formatted(run.state().seed(), run.state().legNumber());
        }

        void run() throws IOException, InterruptedException {
            long before = run.state().reached("decisions");
            Path scratch = run.folder("leg-" + run.state().legNumber());
            long seed = run.state().seed() + run.state().legNumber();
            List<Arena> arenas;
            List<HardLimit> spent;
            try (LedgerApi ledger = new LedgerApi(cluster.addresses().getFirst(), ANSWER)) {
                FeeModel.WITH_FEE.publish(ledger, cluster.bootstrapServers());
                arenas = arenas(ledger);
                spent =
                        List.of(
                                Spenders.tokenLimit(
                                        ledger,
                                        ledger.createBudget(name + "-spent"),
                                        limitTokens * 5),
                                FeeModel.WITH_FEE.limit(
                                        ledger,
                                        ledger.createBudget(name + "-spent-fees"),
                                        limitTokens * 10));
            }
            for (int i = 0; i < cluster.addresses().size(); i++) {
                try (LedgerApi each = new LedgerApi(cluster.addresses().get(i), ANSWER)) {
                    FeeModel.awaitKnown(each, arenas.getLast());
                }
            }
            SenderBoard board = new SenderBoard(cluster.addresses().size());
            Spenders ofTokens =
                    Spenders.begin(
                            cluster.addresses(), board, scratch, spent.get(0), Wanted.MODEL, seed);
            Spenders ofFees =
                    Spenders.begin(
                            cluster.addresses(),
                            board,
                            scratch,
                            spent.get(1),
                            FeeModel.WITH_FEE.name(),
                            seed);
            try (AllocationWorkload allocations =
                    AllocationWorkload.begin(
                            cluster.addresses(),
                            cluster.bootstrapServers(),
                            scratch.resolve("answers.tsv"),
                            new AllocationWorkload.Size(seed, callers, thinkMs, limitTokens),
                            arenas)) {
                try {
                    disturb(allocations);
                    board.stop.set(true);
                    ofTokens.finish(CheckTimeout.LONGER);
                    ofFees.finish(CheckTimeout.LONGER);
                    allocations.finish();
                    run.state()
                            .reach(
                                    "decisions",
                                    before
                                            + allocations.board().servedCount()
                                            + ofTokens.decided()
                                            + ofFees.decided());
                    prove(allocations, scratch, spent, List.of(ofTokens, ofFees));
                } finally {
                    board.stop.set(true);
                    allocations.check(checker);
                    checker.require("spenders", board.allWrong());
                }
            }
        }

        private List<Arena> arenas(LedgerApi ledger) throws IOException, InterruptedException {
            Arenas all =
                    new Arenas(
                            ledger,
                            name,
                            IntStream.range(0, callers).mapToObj(i -> name + '-' + i).toList());
            List<Arena> arenas =
                    new ArrayList<>(
                            all.plain(
                                    limitTokens,
                                    AllocationWorkload.dearerRate(cluster.bootstrapServers())));
            arenas.add(all.tiers(limitTokens));
            arenas.add(all.sessions(limitTokens));
            arenas.add(all.fees(limitTokens, FeeModel.WITH_FEE));
            return arenas;
        }

        private void disturb(AllocationWorkload allocations) throws InterruptedException {
            RunState state = run.state();
            WorkloadBoard board = allocations.board();
            long before = state.reached("decisions");
            int done = (int) state.reached("faults");
            run.disturbancesBegin();
            new Nemesis(
                            cluster,
                            board,
                            _ -> board.latestServedAt(),
                            CheckTimeout.LIMIT,
                            CheckTimeout.LIMIT)
                    .series(
                            new NumberedFaults(
                                    state.seed(),
                                    1,
                                    cluster::numbersOf,
                                    freezeSeconds * 1_000L,
                                    done),
                            done,
                            () -> {
                                state.reach("decisions", before + board.servedCount());
                                return run.goesOn() && state.reached("faults") < faults;
                            },
                            board,
                            null,
                            run::took);
            while (run.goesOn()) {
                TimeUnit.MILLISECONDS.sleep(100);
                state.reach("decisions", before + board.servedCount());
            }
            figures.put("disturbed_seconds", run.disturbedSeconds());
            figures.put("faults", state.reached("faults") - done);
            System.out.println("calm        no more disturbances");
        }

        private void prove(
                AllocationWorkload allocations,
                Path scratch,
                List<HardLimit> spent,
                List<Spenders> spenders)
                throws IOException, InterruptedException {
            long begun = System.nanoTime();
            cluster.killAllInstances(CheckTimeout.LIMIT);
            cluster.awaitReady(CheckTimeout.LIMIT);
            UsageChecker counted =
                    new UsageChecker(cluster, Duration.ofSeconds(drainWithinSeconds));
            Expected expected = counted.expected();
            checker.require("log", UsageChecker.lost(scratch, expected.firsts()));
            counted.compare(checker, expected);
            for (Spenders each : spenders) {
                checker.require("spenders", each.differences(expected));
            }
            allocations.compare(spent, expected.allocations());
            ObjectNode answers = figures.putObject("answers");
            allocations.board().answers().forEach(answers::put);
            figures.set(
                    "longest_pause_seconds",
                    JsonNodeFactory.instance.numberNode(
                            Math.rint(allocations.board().longestPauseSeconds() * 100) / 100));
            figures.put("proof_seconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
        }
    }
}
