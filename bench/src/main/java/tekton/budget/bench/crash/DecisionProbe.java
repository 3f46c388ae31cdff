package tekton.budget.bench.crash;

import tekton.budget.bench.ledger.LedgerAnswer;
import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.ledger.Wanted;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks for small allocations without an end, so that the first decision after a kill is seen. One
 * thread.
 */
final class DecisionProbe implements Runnable {

    private static final long BETWEEN_MS = 50;
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final BigDecimal ENOUGH = BigDecimal.valueOf(1_000_000_000);

    private final List<LedgerApi> instances;
    private final String name;
    private final WorkloadBoard board;

    /**
     * @param name of its budget and of its keys
     */
    DecisionProbe(List<InetSocketAddress> addresses, String name, WorkloadBoard board) {
        this.instances = addresses.stream().map(at -> new LedgerApi(at, ANSWER)).toList();
        this.name = name;
        this.board = board;
    }

    @Override
    public void run() {
        try {
            String budgetId = instances.getFirst().createBudget(name);
            instances.getFirst().createHardLimit(budgetId, "token_limit", ENOUGH);
            Wanted wanted = new Wanted(budgetId, name, 1);
            for (int i = 0; !board.stop.get(); i++) {
                ask(i % instances.size(), wanted, name + '-' + i);
                TimeUnit.MILLISECONDS.sleep(BETWEEN_MS);
            }
        } catch (InterruptedException e) {
            board.wrong(name + " was interrupted");
        } catch (IOException | RuntimeException e) {
            board.wrong(name + " failed: " + e);
        } finally {
            instances.forEach(LedgerApi::close);
        }
    }

    private void ask(int instance, Wanted wanted, String key) {
        long begun = System.nanoTime();
        try {
            LedgerAnswer answer = instances.get(instance).allocate(wanted, key);
            if (answer.status() == 201) {
                board.served(instance, begun);
            } else if (!answer.isTransient()) {
                board.wrong("an allocation was answered " + answer);
            }
        } catch (IOException e) {
            // It is down: the next time, or the next instance.
        }
    }
}
