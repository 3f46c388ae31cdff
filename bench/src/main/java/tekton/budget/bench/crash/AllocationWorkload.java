package tekton.budget.bench.crash;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.oracle.PriceList;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Many callers who fight for the last tokens of one hard limit and the last dollars of another. */
final class AllocationWorkload implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final List<InetSocketAddress> addresses;
    private final String bootstrapServers;
    private final List<HardLimit> limits;
    private final WorkloadBoard board;
    private final AnswerLog log;
    private final List<Thread> callers = new ArrayList<>();

    /**
     * How large it is.
     *
     * @param seed of everything that is random
     * @param callers how many
     * @param thinkMs a caller's mean pause
     * @param limitTokens the token limit; the cost limit is their price
     */
    record Size(long seed, int callers, int thinkMs, long limitTokens) {}

    private AllocationWorkload(
            List<InetSocketAddress> addresses,
            String bootstrapServers,
            List<HardLimit> limits,
            AnswerLog log) {
        this.addresses = List.copyOf(addresses);
        this.bootstrapServers = bootstrapServers;
        this.limits = limits;
        this.log = log;
        board = new WorkloadBoard(addresses.size());
    }

    /**
     * Makes the budgets and lets the callers begin.
     *
     * @param addresses of all instances
     * @param book takes what callers are told
     */
    static AllocationWorkload begin(
            List<InetSocketAddress> addresses, String bootstrapServers, Path book, Size size)
            throws IOException, InterruptedException {
        List<HardLimit> limits = limits(addresses.getFirst(), bootstrapServers, size.limitTokens());
        AllocationWorkload workload =
                new AllocationWorkload(addresses, bootstrapServers, limits, new AnswerLog(book));
        workload.start(size);
        return workload;
    }

    private void start(Size size) {
        CompetingCaller.CallerSetup shared =
                new CompetingCaller.CallerSetup(
                        addresses,
                        limits.stream().map(HardLimit::budgetId).toList(),
                        board,
                        log,
                        size.thinkMs());
        SplittableRandom seeds = new SplittableRandom(size.seed());
        for (int i = 0; i < size.callers(); i++) {
            callers.add(
                    Thread.ofVirtual()
                            .name("caller-" + i)
                            .start(new CompetingCaller(shared, i, seeds.split())));
        }
    }

    /** What the callers have seen. */
    WorkloadBoard board() {
        return board;
    }

    /** Two budgets; the limits are no multiples of any request. */
    private static List<HardLimit> limits(
            InetSocketAddress address, String bootstrapServers, long limitTokens)
            throws IOException, InterruptedException {
        BigDecimal rate = dearerRate(bootstrapServers);
        BigDecimal cost =
                rate.multiply(BigDecimal.valueOf(limitTokens))
                        .add(rate.divide(BigDecimal.TWO))
                        .stripTrailingZeros();
        try (LedgerApi ledger = new LedgerApi(address, ANSWER)) {
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

    /** Lets every caller take what is left and come to an end. */
    void finish() throws InterruptedException {
        board.stop.set(true);
        board.join(callers, CheckTimeout.LONGER);
        System.out.println("answers     " + board.answers());
        System.out.printf(
                Locale.ROOT,
                "pause       %.2f s at most without any decision%n",
                board.longestPauseSeconds());
    }

    /** What must not have happened, seen by callers or found afterwards. */
    void check(Checker checker) {
        checker.require("allocations", board.allWrong());
    }

    /** Asks for everything that callers were told, and compares it with the ledger's log. */
    void compare() throws IOException, InterruptedException {
        List<AllocationAnswer> answers = log.read();
        int asked = new StillKnown(addresses, log, board).ask(answers);
        System.out.printf(
                Locale.ROOT,
                "books       %,d decisions told; %,d questions afterwards%n",
                answers.size(),
                asked);
        AllocationChecker checker = AllocationChecker.read(bootstrapServers, limits, board::wrong);
        checker.check(log.read());
        checker.checkRest();
    }

    @Override
    public void close() throws IOException {
        board.stop.set(true);
        log.close();
    }
}
