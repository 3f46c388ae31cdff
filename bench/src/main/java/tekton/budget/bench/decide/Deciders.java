package tekton.budget.bench.decide;

import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.IntFunction;

/** Callers that ask one budget for allocations; its one hard limit has room for all of them. */
final class Deciders {

    /** A budget holds at most 100,000 open allocations. */
    static final long MOST = 95_000;

    private static final long TOKENS = 10;
    private static final int PER_CONTEXT = 20;
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final InetSocketAddress address;
    private final String budgetId;

    private Deciders(InetSocketAddress address, String budgetId) {
        this.address = address;
        this.budgetId = budgetId;
    }

    /** Of a new budget. */
    static Deciders ofNewBudget(InetSocketAddress address, String name)
            throws IOException, InterruptedException {
        try (LedgerApi ledger = new LedgerApi(address, ANSWER)) {
            String run = Long.toString(System.currentTimeMillis(), 36);
            String budgetId = ledger.createBudget("decide-" + name + '-' + run);
            ledger.createHardLimit(budgetId, "token_limit", BigDecimal.valueOf(1_000_000_000_000L));
            return new Deciders(address, budgetId);
        }
    }

    IntFunction<ClosedLoop.LoopClient> callers() {
        return i -> new AllocatingClient(new LedgerApi(address, ANSWER), i);
    }

    /** One try: true when it is granted. */
    boolean grantedNow(LedgerApi ledger, String key) {
        try {
            return ledger.allocate(new Wanted(budgetId, "restart", TOKENS), key).status() == 201;
        } catch (IOException e) {
            return false;
        }
    }

    private final class AllocatingClient implements ClosedLoop.LoopClient {

        private final LedgerApi ledger;
        private final int me;
        private int calls;

        AllocatingClient(LedgerApi ledger, int me) {
            this.ledger = ledger;
            this.me = me;
        }

        @Override
        public String call(long number) throws IOException {
            String context = "decide-" + me + '-' + calls++ / PER_CONTEXT;
            LedgerAnswer answer = ledger.allocate(new Wanted(budgetId, context, TOKENS), "");
            return answer.status() == 201 ? "" : answer.status() + " " + answer.text("code");
        }

        @Override
        public void close() {
            ledger.close();
        }
    }
}
