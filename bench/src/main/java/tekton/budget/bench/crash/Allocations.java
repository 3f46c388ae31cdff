package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;
import tekton.budget.bench.product.TotalsView;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Allocations that usage draws down: larger than all of the traffic and valid for longer than any
 * run, so that whatever names one draws it.
 */
public final class Allocations {

    private static final int COUNT = 20;
    private static final long TOKENS = 1_000_000_000;
    private static final Duration LIFE = Duration.ofDays(7);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private Allocations() {}

    /** Grants them, from a budget of their own; their ids. */
    public static List<String> grant(InetSocketAddress address, long seed)
            throws IOException, InterruptedException {
        Instant expiry = Instant.now().plus(LIFE).truncatedTo(ChronoUnit.SECONDS);
        List<String> ids = new ArrayList<>();
        try (LedgerApi ledger = new LedgerApi(address, ANSWER)) {
            String budgetId = ledger.createBudget("kill-ledger-" + seed);
            ledger.createHardLimit(budgetId, "token_limit", BigDecimal.valueOf(COUNT * TOKENS));
            for (int i = 0; i < COUNT; i++) {
                Wanted wanted = new Wanted(budgetId, "kill-allocated-" + i, TOKENS);
                ids.add(
                        ledger.createAllocation(
                                wanted, "kill-" + seed + '-' + i, expiry.toString()));
            }
        }
        return ids;
    }

    /** Where what was drawn is not what must have been. */
    static List<String> differences(
            InetSocketAddress address, SortedMap<String, TotalsView> expected)
            throws IOException, InterruptedException {
        List<String> differences = new ArrayList<>();
        try (LedgerApi ledger = new LedgerApi(address, ANSWER)) {
            for (TotalsView wanted : expected.values()) {
                LedgerAnswer found = ledger.allocation(wanted.id());
                if (found.status() != 200
                        || !found.has("input_tokens_used", BigDecimal.valueOf(wanted.input()))
                        || !found.has("output_tokens_used", BigDecimal.valueOf(wanted.output()))
                        || !found.has("tokens_used", BigDecimal.valueOf(wanted.total()))
                        || !found.has("actual_cost", wanted.cost())) {
                    differences.add(
                            "allocation: %d input, %d output tokens and %s must be drawn: %s"
                                    .formatted(
                                            wanted.input(), wanted.output(), wanted.cost(), found));
                }
            }
        }
        return differences;
    }
}
