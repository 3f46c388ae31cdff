package tekton.budget.bench.overspend;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.oracle.LedgerOracle;
import tekton.budget.bench.oracle.PriceList;
import tekton.budget.bench.oracle.TopicReader;
import tekton.budget.bench.proof.ProofOptions;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
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

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(150);

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

    private void run(Path scratch, List<String> failures) throws IOException, InterruptedException {
        Board board = new Board();
        try (Pair pair = Pair.start(options.project(), scratch);
                AnswerLog log = new AnswerLog(scratch.resolve("answers.tsv"))) {
            List<HardLimit> limits = limits(pair);
            fight(pair, limits, board, log);
            List<Answered> answers = log.read();
            pair.restartBoth();
            int asked = new StillKnown(pair.addresses(), log, board).ask(answers);
            System.out.printf(
                    Locale.ROOT,
                    "books       %,d decisions told; %,d questions after both were killed%n",
                    answers.size(),
                    asked);
            verdict(pair, limits, board, log.read());
        } finally {
            failures.addAll(board.allWrong());
        }
    }

    /** Two budgets; the limits are no multiples of any request. */
    private List<HardLimit> limits(Pair pair) throws IOException, InterruptedException {
        BigDecimal rate = dearerRate(pair.bootstrapServers());
        BigDecimal cost =
                rate.multiply(BigDecimal.valueOf(limitTokens))
                        .add(rate.divide(BigDecimal.TWO))
                        .stripTrailingZeros();
        try (LedgerApi ledger = new LedgerApi(pair.addresses().getFirst(), ANSWER)) {
            String tokenBudget = ledger.createBudget("overspend-tokens");
            String costBudget = ledger.createBudget("overspend-cost");
            BigDecimal tokens = BigDecimal.valueOf(limitTokens);
            return List.of(
                    new HardLimit(
                            tokenBudget,
                            ledger.createHardLimit(tokenBudget, "token_limit", tokens),
                            "tokens",
                            tokens,
                            BigDecimal.ONE),
                    new HardLimit(
                            costBudget,
                            ledger.createHardLimit(costBudget, "cost_limit", cost),
                            "cost",
                            cost,
                            rate));
        }
    }

    private static BigDecimal dearerRate(String bootstrapServers) throws IOException {
        PriceList prices = PriceList.read(bootstrapServers);
        long now = System.currentTimeMillis();
        BigDecimal input = prices.cost(Wanted.PROVIDER, Wanted.MODEL, now, 1, 0).orElseThrow();
        BigDecimal output = prices.cost(Wanted.PROVIDER, Wanted.MODEL, now, 0, 1).orElseThrow();
        return input.max(output).stripTrailingZeros();
    }

    private void fight(Pair pair, List<HardLimit> limits, Board board, AnswerLog log)
            throws IOException, InterruptedException {
        Caller.Shared shared =
                new Caller.Shared(
                        pair.addresses(),
                        limits.stream().map(HardLimit::budgetId).toList(),
                        board,
                        log,
                        thinkMs);
        SplittableRandom seeds = new SplittableRandom(options.seed());
        int first = seeds.nextInt(Pair.PROCESSES);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .name("caller-" + i)
                            .start(new Caller(shared, i, seeds.split())));
        }
        try {
            new PairKills(pair, board).run(kills, Duration.ofSeconds(seconds), first);
        } finally {
            board.ending.set(true);
        }
        long deadline = System.nanoTime() + LAST_ANSWERS.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                throw new IOException(
                        thread.getName()
                                + " did not end within "
                                + LAST_ANSWERS.toSeconds()
                                + " s");
            }
        }
        System.out.println("answers     " + board.answers());
        System.out.printf(
                Locale.ROOT,
                "pause       %.2f s at most without any decision%n",
                board.longestPauseSeconds());
    }

    private static void verdict(
            Pair pair, List<HardLimit> limits, Board board, List<Answered> answers)
            throws IOException {
        LedgerOracle oracle = new LedgerOracle(limits, board::wrong);
        TopicReader.read(
                pair.bootstrapServers(),
                "budget.requests",
                each -> oracle.request(JSON.readTree(each.value())));
        TopicReader.read(
                pair.bootstrapServers(),
                "budget.decisions",
                each -> oracle.event(JSON.readTree(each.value())));
        oracle.end();
        new AnswerCheck(limits, oracle, board::wrong).check(answers);
        System.out.printf(
                Locale.ROOT,
                "oracle      %,d requests, %,d allocations granted%n",
                oracle.requests(),
                oracle.granted());
        for (HardLimit limit : limits) {
            BigDecimal left = oracle.left(limit.budgetId());
            BigDecimal smallest = limit.amount(Caller.SMALLEST);
            System.out.printf(
                    "limit       %s %s: at most %s given at any time, %s left at the end (smallest"
                            + " request %s)%n",
                    limit.limit().toPlainString(),
                    limit.measure(),
                    oracle.most(limit.budgetId()).toPlainString(),
                    left.toPlainString(),
                    smallest.toPlainString());
            if (left.compareTo(smallest) >= 0) {
                board.wrong("%s refused with %s left".formatted(limit.measure(), left));
            }
        }
    }
}
