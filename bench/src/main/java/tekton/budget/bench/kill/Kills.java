package tekton.budget.bench.kill;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Kills the application and the broker while senders send, and takes the times. */
final class Kills {

    /** What the service promises on a machine that has nothing else to do. */
    private static final Duration PROMISE = Duration.ofSeconds(15);

    private static final long LOOK_AGAIN_MS = 20;
    private static final long SETTLE_MS = 2_000;

    /** Who is killed. */
    enum Victim {
        APPLICATION,
        BROKER
    }

    private final Product product;
    private final SenderBoard board;
    private final Duration serveWithin;
    private final List<String> late = new ArrayList<>();

    Kills(Product product, SenderBoard board, Duration serveWithin) {
        this.product = product;
        this.board = board;
        this.serveWithin = serveWithin;
    }

    /** The victims in an order that the seed decides; the broker is never the last. */
    static List<Victim> plan(int applicationKills, int brokerKills, long seed) {
        List<Victim> plan = new ArrayList<>(Collections.nCopies(brokerKills, Victim.BROKER));
        plan.addAll(Collections.nCopies(Math.max(0, applicationKills - 1), Victim.APPLICATION));
        Collections.shuffle(plan, new Random(seed));
        if (applicationKills > 0) {
            plan.add(Victim.APPLICATION);
        }
        return plan;
    }

    /** Kills one after the other, spread over the time with some chance in it. */
    void run(List<Victim> plan, Duration time, long seed) throws IOException, InterruptedException {
        Random random = new Random(seed);
        long begun = System.nanoTime();
        double slot = (double) time.toNanos() / (plan.size() + 0.5);
        for (int i = 0; i < plan.size(); i++) {
            long due = begun + (long) (slot * (i + 0.2 + 0.6 * random.nextDouble()));
            long wait = Math.max(due - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(SETTLE_MS));
            TimeUnit.NANOSECONDS.sleep(wait);
            String name = "kill %d/%d ".formatted(i + 1, plan.size());
            double at = (System.nanoTime() - begun) / 1e9;
            switch (plan.get(i)) {
                case APPLICATION -> killApplication(name, at);
                case BROKER -> killBroker(name, at);
            }
        }
        long rest = begun + time.toNanos() - System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(Math.max(0, rest));
    }

    private void killApplication(String name, double at) throws IOException, InterruptedException {
        long killed = System.nanoTime();
        product.kill();
        product.launch();
        product.awaitOk("/health", CheckTimeout.LIMIT);
        Duration healthy = since(killed);
        Duration acknowledged = awaitAcknowledgement(killed);
        product.awaitOk("/ready", CheckTimeout.LIMIT);
        Duration ready = since(killed);
        report(name + "application", at, healthy, acknowledged, ready);
    }

    private void killBroker(String name, double at) throws IOException, InterruptedException {
        long killed = System.nanoTime();
        if (!product.killBroker()) {
            board.wrong("no broker process was found to kill");
            return;
        }
        Duration acknowledged = awaitAcknowledgement(killed);
        product.awaitOk("/health", CheckTimeout.LIMIT);
        Duration healthy = since(killed);
        product.awaitOk("/ready", CheckTimeout.LIMIT);
        report(name + "broker", at, healthy, acknowledged, since(killed));
    }

    private void report(
            String name, double at, Duration healthy, Duration acknowledged, Duration ready) {
        System.out.printf(
                Locale.ROOT,
                "%-19s at %5.1f s: /health 200 after %.2f s, first acknowledgement %.2f s,"
                        + " /ready %.2f s; %,d acknowledged so far%s%n",
                name,
                at,
                healthy.toMillis() / 1e3,
                acknowledged.toMillis() / 1e3,
                ready.toMillis() / 1e3,
                board.acknowledged.get(),
                Collections.max(List.of(healthy, acknowledged)).compareTo(PROMISE) > 0
                        ? " (later than the promised " + PROMISE.toSeconds() + " s)"
                        : "");
        if (healthy.compareTo(serveWithin) > 0 || acknowledged.compareTo(serveWithin) > 0) {
            late.add(
                    String.format(
                            Locale.ROOT,
                            "%s: served after %.1f s, more than %d s",
                            name,
                            Math.max(healthy.toMillis(), acknowledged.toMillis()) / 1e3,
                            serveWithin.toSeconds()));
        }
    }

    private Duration awaitAcknowledgement(long killed) throws IOException, InterruptedException {
        // The kill takes effect some milliseconds after it was asked for.
        long from = killed + TimeUnit.MILLISECONDS.toNanos(200);
        while (true) {
            long latest = board.restAcknowledgedAt.get();
            if (latest != 0 && latest - from > 0) {
                return Duration.ofNanos(latest - killed);
            }
            if (since(killed).compareTo(CheckTimeout.LIMIT) > 0) {
                throw new IOException(
                        "no acknowledgement for "
                                + CheckTimeout.LIMIT.toSeconds()
                                + " s: "
                                + product.log());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** The kills after which it took longer than promised to serve again. */
    List<String> late() {
        return List.copyOf(late);
    }
}
