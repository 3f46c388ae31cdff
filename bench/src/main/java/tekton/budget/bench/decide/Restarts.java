package tekton.budget.bench.decide;

import tekton.budget.bench.ledger.LedgerApi;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** How long after an end and a new start the first decision is there. */
public final class Restarts {

    private static final Duration OUTAGE_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration ANSWER = Duration.ofSeconds(15);
    private static final long ASK_AGAIN_MS = 20;

    private final Product product;
    private final Deciders deciders;

    Restarts(Product product, Deciders deciders) {
        this.product = product;
        this.deciders = deciders;
    }

    /** Of a product that runs, asking a new budget of it. */
    public static Restarts ofNewBudget(Product product, String name)
            throws IOException, InterruptedException {
        return new Restarts(product, Deciders.ofNewBudget(product.address(), name));
    }

    /** Kills, starts, and prints the times since the new process began; seconds to a decision. */
    public double once(int number) throws IOException, InterruptedException {
        product.kill();
        return start("SIGKILL, start", number);
    }

    /** The same without a kill: of a product that was stopped. */
    public double started(int number) throws IOException, InterruptedException {
        return start("stop, start", number);
    }

    private double start(String what, int number) throws IOException, InterruptedException {
        long launched = System.nanoTime();
        product.launch();
        CompletableFuture<Double> decision = new CompletableFuture<>();
        Thread asker =
                Thread.ofPlatform()
                        .daemon()
                        .name("first-decision")
                        .start(() -> askUntilGranted(number, launched, decision));
        try {
            product.awaitOk("/health", OUTAGE_TIMEOUT);
            double healthy = secondsSince(launched);
            double decided = decision.get();
            product.awaitOk("/ready", OUTAGE_TIMEOUT);
            System.out.printf(
                    Locale.ROOT,
                    "restart %d   %s: first decision after %.2f s, /health 200 after"
                            + " %.2f s, /ready after %.2f s%n",
                    number,
                    what,
                    decided,
                    healthy,
                    secondsSince(launched));
            return decided;
        } catch (ExecutionException e) {
            throw new IOException("no decision after the restart: " + e.getCause(), e);
        } finally {
            asker.interrupt();
        }
    }

    private void askUntilGranted(int number, long launched, CompletableFuture<Double> decision) {
        String key = "restart-" + number + '-' + System.currentTimeMillis();
        try (LedgerApi ledger = new LedgerApi(product.address(), ANSWER)) {
            while (secondsSince(launched) < OUTAGE_TIMEOUT.toSeconds()) {
                if (deciders.grantedNow(ledger, key)) {
                    decision.complete(secondsSince(launched));
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MS);
            }
            decision.completeExceptionally(new IOException("not within " + OUTAGE_TIMEOUT));
        } catch (InterruptedException stop) {
            decision.completeExceptionally(stop);
        }
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
