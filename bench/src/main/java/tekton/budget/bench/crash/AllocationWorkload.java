package tekton.budget.bench.crash;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.oracle.PriceList;
import tekton.budget.bench.product.TotalsView;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Many callers who fight for the last tokens of one hard limit and the last dollars of another. */
final class AllocationWorkload implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final List<InetSocketAddress> addresses;
    private final String bootstrapServers;
    private final List<Arena> arenas;
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
            List<Arena> arenas,
            AnswerLog log) {
        this.addresses = List.copyOf(addresses);
        this.bootstrapServers = bootstrapServers;
        this.arenas = arenas;
        this.log = log;
        board = new WorkloadBoard(addresses.size());
    }

    /**
     * Makes two budgets, one with a limit of tokens and one of dollars, and lets the callers begin.
     *
     * @param addresses of all instances
     * @param book takes what callers are told
     */
    static AllocationWorkload begin(
            List<InetSocketAddress> addresses, String bootstrapServers, Path book, Size size)
            throws IOException, InterruptedException {
        List<Arena> arenas;
        try (LedgerApi ledger = new LedgerApi(addresses.getFirst(), ANSWER)) {
            arenas =
                    new Arenas(ledger, "overspend", contexts(size.callers()))
                            .plain(size.limitTokens(), dearerRate(bootstrapServers));
        }
        return begin(addresses, bootstrapServers, book, size, arenas);
    }

    /** Lets the callers begin in these budgets. */
    static AllocationWorkload begin(
            List<InetSocketAddress> addresses,
            String bootstrapServers,
            Path book,
            Size size,
            List<Arena> arenas)
            throws IOException {
        AllocationWorkload workload =
                new AllocationWorkload(addresses, bootstrapServers, arenas, new AnswerLog(book));
        workload.start(size);
        return workload;
    }

    private static List<String> contexts(int callers) {
        return IntStream.range(0, callers).mapToObj(i -> "overspend-" + i).toList();
    }

    private void start(Size size) {
        CompetingCaller.CallerSetup shared =
                new CompetingCaller.CallerSetup(addresses, arenas, board, log, size.thinkMs());
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

    /** What a token of the model costs at most. */
    static BigDecimal dearerRate(String bootstrapServers) throws IOException {
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
        compare(List.of(), Map.of());
    }

    /**
     * The same with what others did.
     *
     * @param others limits of budgets in which others are granted something
     * @param reported what was used of allocations, from the usage topic
     */
    void compare(List<HardLimit> others, Map<String, TotalsView> reported)
            throws IOException, InterruptedException {
        List<AllocationAnswer> answers = log.read();
        int asked = new StillKnown(addresses, log, board).ask(answers);
        System.out.printf(
                Locale.ROOT,
                "books       %,d decisions told; %,d questions afterwards%n",
                answers.size(),
                asked);
        List<HardLimit> limits = new ArrayList<>(others);
        arenas.forEach(arena -> limits.addAll(arena.limits()));
        AllocationChecker checker = AllocationChecker.read(bootstrapServers, limits, board::wrong);
        checker.check(log.read());
        checker.checkRest(arenas);
        checker.checkUsed(reported);
    }

    @Override
    public void close() throws IOException {
        board.stop.set(true);
        log.close();
    }
}
