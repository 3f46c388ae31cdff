package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.oracle.HardLimit;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Those who are granted tokens from one budget with a hard limit, and use them. */
final class Spenders {

    private static final int COUNT = 4;
    private static final long LIMIT_TOKENS = 200_003;
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final HardLimit limit;
    private final SenderBoard board;
    private final List<Spender> spenders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Spenders(HardLimit limit, SenderBoard board) {
        this.limit = limit;
        this.board = board;
    }

    /** Makes a budget and lets them begin, with the usage workload's books. */
    static Spenders begin(List<InetSocketAddress> addresses, UsageWorkload usage, long seed)
            throws IOException, InterruptedException {
        try (LedgerApi ledger = new LedgerApi(addresses.getFirst(), ANSWER)) {
            String budgetId = ledger.createBudget("chaos-spent-" + seed);
            return begin(
                    addresses,
                    usage.board(),
                    usage.books(),
                    tokenLimit(ledger, budgetId, LIMIT_TOKENS),
                    Wanted.MODEL,
                    seed);
        }
    }

    /** A limit on all tokens of a budget. */
    static HardLimit tokenLimit(LedgerApi ledger, String budgetId, long limit)
            throws IOException, InterruptedException {
        BigDecimal tokens = BigDecimal.valueOf(limit);
        return new HardLimit(
                budgetId,
                ledger.createHardLimit(budgetId, "token_limit", tokens),
                "tokens",
                tokens,
                BigDecimal.ONE);
    }

    /** Lets them begin in a budget that nobody else spends from, with books there. */
    static Spenders begin(
            List<InetSocketAddress> addresses,
            SenderBoard board,
            Path books,
            HardLimit limit,
            String model,
            long seed)
            throws IOException {
        Spenders all = new Spenders(limit, board);
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < COUNT; i++) {
            String name = "spender-" + limit.measure() + '-' + seed + '-' + i;
            Spender spender =
                    new Spender(
                            name,
                            limit.budgetId(),
                            model,
                            addresses,
                            board,
                            new AckLog(books, name, board.acknowledged),
                            seeds.split());
            all.spenders.add(spender);
            all.threads.add(Thread.ofPlatform().daemon().name(name).start(spender));
        }
        return all;
    }

    /** How often something was granted or refused. */
    long decided() {
        return spenders.stream().mapToLong(Spender::decided).sum();
    }

    /** Waits until all have come to an end, after the board has said so. */
    void finish(Duration timeout) throws InterruptedException {
        board.join(threads, timeout);
    }

    /** Whether what was used and what is still held is within the limit, by the usage topic. */
    List<String> differences(Expected expected) {
        SortedMap<String, TotalsView> budgets =
                expected.totals().getOrDefault(Kind.BUDGET, new TreeMap<>());
        TotalsView totals =
                budgets.getOrDefault(limit.budgetId(), TotalsView.none(limit.budgetId()));
        BigDecimal spent =
                limit.measure().equals("cost") ? totals.cost() : BigDecimal.valueOf(totals.total());
        BigDecimal held = BigDecimal.ZERO;
        int grants = 0;
        for (Spender spender : spenders) {
            held = held.add(limit.amount(spender.heldTokens(), 0));
            grants += spender.grants();
        }
        System.out.printf(
                Locale.ROOT,
                "spent       %s %s of a limit of %s, %s more held by %,d allocations granted%n",
                spent.toPlainString(),
                limit.measure(),
                limit.limit().toPlainString(),
                held.toPlainString(),
                grants);
        return spent.add(held).compareTo(limit.limit()) <= 0
                ? List.of()
                : List.of("overspent: %s used and %s held".formatted(spent, held));
    }

    /**
     * Usage of an allocation, all of it output: that costs what was held for it, so a draw leaves
     * the sum of what is used and reserved alone.
     */
    static Shot shot(Wanted wanted, String recordId, String allocationId, long tokens) {
        String json =
                """
                {"record_id":"%s","context_id":"%s","component":"bench","provider":"%s",\
                "model":"%s","input_tokens":0,"output_tokens":%d,"allocation_id":"%s"}\
                """
                        .formatted(
                                recordId,
                                wanted.contextId(),
                                Wanted.PROVIDER,
                                wanted.model(),
                                tokens,
                                allocationId);
        return new Shot(wanted.contextId(), recordId, json, false);
    }
}
