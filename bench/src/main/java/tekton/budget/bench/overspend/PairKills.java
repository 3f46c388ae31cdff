package tekton.budget.bench.overspend;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Kills one process, then the other, while callers ask both, and takes the times. */
final class PairKills {

    private static final long LOOK_AGAIN_MS = 10;

    private final Pair pair;
    private final Board board;

    PairKills(Pair pair, Board board) {
        this.pair = pair;
        this.board = board;
    }

    /**
     * Spreads the kills over the time; returns when it is over and all have recovered.
     *
     * @param first which process is the first to be killed
     */
    void run(int kills, Duration time, int first) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        double slot = time.toNanos() / (kills + 1.0);
        for (int i = 0; i < kills; i++) {
            long due = begun + (long) (slot * (i + 0.7));
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            double at = (System.nanoTime() - begun) / 1e9;
            kill("kill %d/%d".formatted(i + 1, kills), at, (first + i) % Pair.PROCESSES);
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, begun + time.toNanos() - System.nanoTime()));
    }

    private void kill(String name, double at, int number) throws IOException, InterruptedException {
        Product process = pair.process(number);
        process.kill();
        long launched = System.nanoTime();
        process.launch();
        process.awaitOk("/health", CheckTimeout.LIMIT);
        double healthy = secondsSince(launched);
        // An answer from before the kill may be noted a moment after it.
        long from = launched + TimeUnit.MILLISECONDS.toNanos(200);
        while (board.decidedAt(number) - from < 0) {
            if (secondsSince(launched) > CheckTimeout.LIMIT.toSeconds()) {
                throw new IOException("no decision after a restart; output: " + process.log());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
        double decided = (board.decidedAt(number) - launched) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-11s process %d at %.1f s; started again: /health 200 after %.2f s, a decision"
                        + " after %.2f s%n",
                name,
                number + 1,
                at,
                healthy,
                decided);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
