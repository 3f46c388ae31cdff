package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.oracle.Expected;
import tekton.budget.bench.product.TotalsClient.Kind;
import tekton.budget.bench.product.TotalsView;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
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

    private final String budgetId;
    private final SenderBoard board;
    private final List<Spender> spenders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Spenders(String budgetId, SenderBoard board) {
        this.budgetId = budgetId;
        this.board = board;
    }

    /** Makes the budget and lets them begin, with the usage workload's books. */
    static Spenders begin(List<InetSocketAddress> addresses, UsageWorkload usage, long seed)
            throws IOException, InterruptedException {
        String budgetId;
        try (LedgerApi ledger = new LedgerApi(addresses.getFirst(), ANSWER)) {
            budgetId = ledger.createBudget("chaos-spent-" + seed);
            ledger.createHardLimit(budgetId, "token_limit", BigDecimal.valueOf(LIMIT_TOKENS));
        }
        SenderBoard board = usage.board();
        Spenders all = new Spenders(budgetId, board);
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < COUNT; i++) {
            String name = "spender-" + i;
            Spender spender =
                    new Spender(name, budgetId, addresses, board, usage.book(name), seeds.split());
            all.spenders.add(spender);
            all.threads.add(Thread.ofPlatform().daemon().name(name).start(spender));
        }
        return all;
    }

    /** Waits until all have come to an end, after the board has said so. */
    void finish(Duration timeout) throws InterruptedException {
        board.join(threads, timeout);
    }

    /** Whether what was used and what is still held is within the limit, by the usage topic. */
    List<String> differences(Expected expected) {
        SortedMap<String, TotalsView> budgets =
                expected.totals().getOrDefault(Kind.BUDGET, new TreeMap<>());
        long spent = budgets.getOrDefault(budgetId, TotalsView.none(budgetId)).total();
        long held = 0;
        int grants = 0;
        for (Spender spender : spenders) {
            held += spender.heldTokens();
            grants += spender.grants();
        }
        System.out.printf(
                Locale.ROOT,
                "spent       %,d tokens of a limit of %,d, %,d more held by %,d allocations"
                        + " granted%n",
                spent,
                LIMIT_TOKENS,
                held,
                grants);
        return spent + held <= LIMIT_TOKENS
                ? List.of()
                : List.of("overspent: %d used and %d held".formatted(spent, held));
    }

    /** The model and the allocation of a record, which fits what {@link Wanted} asks for. */
    static Shot shot(String contextId, String recordId, String allocationId, long tokens) {
        String json =
                """
                {"record_id":"%s","context_id":"%s","component":"bench","provider":"%s",\
                "model":"%s","input_tokens":%d,"output_tokens":%d,"allocation_id":"%s"}\
                """
                        .formatted(
                                recordId,
                                contextId,
                                Wanted.PROVIDER,
                                Wanted.MODEL,
                                tokens / 2,
                                tokens - tokens / 2,
                                allocationId);
        return new Shot(contextId, recordId, json, false);
    }
}
