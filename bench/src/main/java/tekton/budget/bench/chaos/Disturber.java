package tekton.budget.bench.chaos;

import tekton.budget.bench.kill.SenderBoard;
import tekton.budget.bench.product.BrokerCluster;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Does what the schedule says, one thing at a time: the next when all brokers are in sync and all
 * instances ready again. One thread.
 */
final class Disturber {

    private final BrokerCluster brokers;
    private final Instances instances;
    private final SenderBoard board;
    private final Duration recoverWithin;

    /**
     * @param recoverWithin how long it may take until all is well again
     */
    Disturber(
            BrokerCluster brokers, Instances instances, SenderBoard board, Duration recoverWithin) {
        this.brokers = brokers;
        this.instances = instances;
        this.board = board;
        this.recoverWithin = recoverWithin;
    }

    /** The whole first round, however long it takes, and then as much as the time allows. */
    void run(Schedule schedule, Duration time) throws InterruptedException {
        long begun = System.nanoTime();
        int done = 0;
        for (int round = 1; round == 1 || since(begun).compareTo(time) < 0; round++) {
            for (Disturbance next : schedule.round()) {
                TimeUnit.MILLISECONDS.sleep(next.pauseMs());
                if (round > 1 && since(begun).compareTo(time) >= 0) {
                    break;
                }
                done++;
                String at = String.format(Locale.ROOT, "%6.1f s", since(begun).toMillis() / 1e3);
                System.out.printf("chaos %-4d  %s: %s%n", done, at, next);
                disturb(next);
            }
        }
    }

    private void disturb(Disturbance what) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            switch (what.kind()) {
                case INSTANCE_KILL -> {
                    instances.get(what.victim()).kill();
                    begun = System.nanoTime();
                    instances.get(what.victim()).launch();
                }
                case INSTANCE_FREEZE -> freeze(instances.get(what.victim()), what.holdMs());
                case ROLLING_RESTART -> restartAll(what.victim());
                case BROKER_KILL -> {
                    brokers.kill(what.victim());
                    brokers.launch(what.victim());
                }
                case BROKER_FREEZE -> {
                    brokers.freeze(what.victim());
                    try {
                        TimeUnit.MILLISECONDS.sleep(what.holdMs());
                    } finally {
                        brokers.thaw(what.victim());
                    }
                }
            }
            recovered(begun);
        } catch (IOException e) {
            board.wrong(what + ": " + e.getMessage());
        }
    }

    private static void freeze(Product instance, long holdMs)
            throws IOException, InterruptedException {
        instance.freeze();
        try {
            TimeUnit.MILLISECONDS.sleep(holdMs);
        } finally {
            instance.thaw();
        }
    }

    private void restartAll(int first) throws IOException, InterruptedException {
        long refusedBefore = board.refusedByAll.get();
        board.restarting.set(true);
        try {
            for (int i = 0; i < instances.count(); i++) {
                int number = (first + i) % instances.count();
                Product instance = instances.get(number);
                long begun = System.nanoTime();
                int status = instance.stop();
                Duration stopped = since(begun);
                instance.launch();
                instance.awaitOk("/health", recoverWithin);
                Duration healthy = since(begun).minus(stopped);
                instance.awaitOk("/ready", recoverWithin);
                System.out.printf(
                        Locale.ROOT,
                        "            instance %d ended with status %d after %.1f s; /health %.1f s,"
                                + " /ready %.1f s after its start%n",
                        number + 1,
                        status,
                        stopped.toMillis() / 1e3,
                        healthy.toMillis() / 1e3,
                        since(begun).minus(stopped).toMillis() / 1e3);
            }
        } finally {
            board.restarting.set(false);
            System.out.printf(
                    "            %d usage writes refused by every instance meanwhile%n",
                    board.refusedByAll.get() - refusedBefore);
        }
    }

    private void recovered(long begun) throws IOException, InterruptedException {
        instances.awaitOk("/health", recoverWithin);
        Duration healthy = since(begun);
        brokers.awaitInSync(recoverWithin);
        Duration inSync = since(begun);
        instances.awaitOk("/ready", recoverWithin);
        System.out.printf(
                Locale.ROOT,
                "            all: /health %.1f s, brokers in sync %.1f s, /ready %.1f s after it"
                        + " began; %,d acknowledged so far%n",
                healthy.toMillis() / 1e3,
                inSync.toMillis() / 1e3,
                since(begun).toMillis() / 1e3,
                board.acknowledged.get());
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
