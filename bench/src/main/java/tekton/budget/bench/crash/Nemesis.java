package tekton.budget.bench.crash;

import org.jspecify.annotations.Nullable;

import tekton.budget.bench.crash.NumberedFaults.PlannedFault;
import tekton.budget.bench.longrun.FaultTimes;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Disturbs a cluster while a workload runs, one fault at a time: the next when all is well again.
 * Takes the times. One thread.
 */
final class Nemesis {

    /** What the service promises after a kill on a machine that has nothing else to do. */
    private static final Duration PROMISE = Duration.ofSeconds(15);

    private static final long LOOK_AGAIN_MS = 20;
    private static final long SETTLE_MS = 2_000;

    /** A kill takes effect some milliseconds after it was asked for. */
    private static final long AFTER_MS = 200;

    private final ProductCluster cluster;
    private final WorkloadBoard board;
    private final ToLongFunction<Fault> servedAt;
    private final Duration serveWithin;
    private final Duration timeout;

    /**
     * @param board of the workload
     * @param servedAt when the workload was last served by those whom a fault concerns, {@link
     *     System#nanoTime}; 0 for never
     * @param serveWithin how long it may take after a kill until all serve
     * @param timeout how long each thing that must come back is waited for
     */
    Nemesis(
            ProductCluster cluster,
            WorkloadBoard board,
            ToLongFunction<Fault> servedAt,
            Duration serveWithin,
            Duration timeout) {
        this.cluster = cluster;
        this.board = board;
        this.servedAt = servedAt;
        this.serveWithin = serveWithin;
        this.timeout = timeout;
    }

    /** Spreads faults over the time, with some chance in it; returns when the time is over. */
    void spread(List<Fault> faults, Duration time, long seed) throws InterruptedException {
        Random random = new Random(seed);
        long begun = System.nanoTime();
        double slot = time.toNanos() / (faults.size() + 0.5);
        for (int i = 0; i < faults.size(); i++) {
            long due = begun + (long) (slot * (i + 0.2 + 0.6 * random.nextDouble()));
            long settle = TimeUnit.MILLISECONDS.toNanos(SETTLE_MS);
            TimeUnit.NANOSECONDS.sleep(Math.max(due - System.nanoTime(), settle));
            disturb(i + 1, begun, faults.get(i));
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, begun + time.toNanos() - System.nanoTime()));
    }

    /** The whole first round, however long it takes, and then as much as the time allows. */
    void rounds(FaultSchedule schedule, Duration time) throws InterruptedException {
        long begun = System.nanoTime();
        int done = 0;
        for (int round = 1; round == 1 || since(begun).compareTo(time) < 0; round++) {
            for (Fault next : schedule.round()) {
                TimeUnit.MILLISECONDS.sleep(next.pauseMs());
                if (round > 1 && since(begun).compareTo(time) >= 0) {
                    break;
                }
                done++;
                disturb(done, begun, next);
            }
        }
    }

    /**
     * One fault after the other, and takes the times.
     *
     * @param done how many there were before
     * @param goesOn asked before each
     * @param decisions those who ask for allocations
     * @param writes those who report usage over HTTP; null when nobody does all the time
     * @param took is told of each that was waited for, and of each that was not
     */
    void series(
            NumberedFaults faults,
            int done,
            BooleanSupplier goesOn,
            WorkloadBoard decisions,
            @Nullable WorkloadBoard writes,
            Consumer<FaultTimes> took)
            throws InterruptedException {
        long runBegun = System.nanoTime();
        boolean isWell = true;
        for (int number = done + 1; goesOn.getAsBoolean(); number++) {
            PlannedFault next = faults.next();
            TimeUnit.MILLISECONDS.sleep(next.fault().pauseMs());
            announce(number, runBegun, next.fault());
            long begun = System.nanoTime();
            long wellMs = -1;
            try {
                strike(next.fault());
                long over = System.nanoTime();
                decisions.watch();
                if (writes != null) {
                    writes.watch();
                }
                boolean waits = next.waits() || !goesOn.getAsBoolean();
                if (waits) {
                    awaitRecovery(next.fault(), begun, over);
                    wellMs = since(begun).toMillis();
                }
                boolean alone = isWell && waits;
                long from = next.fault().type().freezes() ? over : begun;
                took.accept(
                        new FaultTimes(
                                number,
                                next.fault().type().freezes() ? "SIGSTOP" : "SIGKILL",
                                cluster.victimOf(next.fault()),
                                alone,
                                alone ? firstServed(decisions, from) : -1,
                                alone && writes != null ? firstServed(writes, from) : -1,
                                wellMs));
                isWell = waits;
            } catch (IOException e) {
                board.wrong(next.fault() + ": " + e.getMessage());
                isWell = false;
            }
        }
    }

    private long firstServed(WorkloadBoard watched, long from)
            throws IOException, InterruptedException {
        long first = watched.firstServed();
        while (first == 0) {
            if (since(from).compareTo(timeout) > 0) {
                throw new IOException("nobody was served for " + timeout.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            first = watched.firstServed();
        }
        return TimeUnit.NANOSECONDS.toMillis(first - from);
    }

    private void announce(int number, long runBegun, Fault fault) {
        System.out.printf(
                Locale.ROOT,
                "fault %-4d  %6.1f s: %s (%s)%n",
                number,
                seconds(since(runBegun)),
                fault,
                cluster.victimOf(fault));
    }

    private void disturb(int number, long runBegun, Fault fault) throws InterruptedException {
        announce(number, runBegun, fault);
        long begun = System.nanoTime();
        try {
            strike(fault);
            awaitRecovery(fault, begun, System.nanoTime());
        } catch (IOException e) {
            board.wrong(fault + ": " + e.getMessage());
        }
    }

    private void strike(Fault fault) throws IOException, InterruptedException {
        int victim = fault.victim();
        switch (fault.type()) {
            case INSTANCE_KILL -> {
                cluster.instance(victim).kill();
                cluster.instance(victim).launch();
            }
            case INSTANCE_FREEZE -> {
                cluster.instance(victim).freeze();
                try {
                    TimeUnit.MILLISECONDS.sleep(fault.holdMs());
                } finally {
                    cluster.instance(victim).thaw();
                }
            }
            case ROLLING_RESTART -> restartAll(victim);
            case BROKER_KILL -> cluster.killBroker(victim);
            case BROKER_FREEZE -> {
                cluster.freezeBroker(victim);
                try {
                    TimeUnit.MILLISECONDS.sleep(fault.holdMs());
                } finally {
                    cluster.thawBroker(victim);
                }
            }
        }
    }

    private void restartAll(int first) throws IOException, InterruptedException {
        long refusedBefore = board.refusedByAll.get();
        board.restarting.set(true);
        try {
            for (int i = 0; i < cluster.count(); i++) {
                int number = (first + i) % cluster.count();
                Product instance = cluster.instance(number);
                long begun = System.nanoTime();
                int status = instance.stop();
                Duration stopped = since(begun);
                instance.launch();
                instance.awaitOk("/health", timeout);
                Duration healthy = since(begun).minus(stopped);
                instance.awaitOk("/ready", timeout);
                System.out.printf(
                        Locale.ROOT,
                        "            instance %d ended with status %d after %.1f s; /health %.1f s,"
                                + " /ready %.1f s after its start%n",
                        number + 1,
                        status,
                        seconds(stopped),
                        seconds(healthy),
                        seconds(since(begun).minus(stopped)));
            }
        } finally {
            board.restarting.set(false);
            System.out.printf(
                    "            %d usage writes refused by every instance meanwhile%n",
                    board.refusedByAll.get() - refusedBefore);
        }
    }

    /**
     * Waits until all is well.
     *
     * @param done when the fault was over: what was served before proves nothing
     */
    private void awaitRecovery(Fault fault, long begun, long done)
            throws IOException, InterruptedException {
        Duration healthy;
        Duration served;
        if (fault.type().ofBroker()) {
            // An instance takes a moment to notice, and would say that all is well.
            served = awaitServed(fault, begun, done);
            cluster.awaitHealthy(timeout);
            healthy = since(begun);
        } else {
            cluster.awaitHealthy(timeout);
            healthy = since(begun);
            served = awaitServed(fault, begun, done);
        }
        cluster.awaitInSync(timeout);
        Duration inSync = since(begun);
        cluster.awaitReady(timeout);
        Duration later = Collections.max(List.of(healthy, served));
        boolean isKill = fault.type().kills();
        System.out.printf(
                Locale.ROOT,
                "            all: /health %.2f s, workload served %.2f s, brokers in sync %.2f s,"
                        + " /ready %.2f s after it began; %,d served so far%s%n",
                seconds(healthy),
                seconds(served),
                seconds(inSync),
                seconds(since(begun)),
                board.servedCount(),
                isKill && later.compareTo(PROMISE) > 0
                        ? " (later than the promised " + PROMISE.toSeconds() + " s)"
                        : "");
        if (isKill && later.compareTo(serveWithin) > 0) {
            board.wrong(
                    "%s: served after %.1f s, more than %d s"
                            .formatted(fault, seconds(later), serveWithin.toSeconds()));
        }
    }

    private Duration awaitServed(Fault fault, long begun, long done)
            throws IOException, InterruptedException {
        long from = done + TimeUnit.MILLISECONDS.toNanos(AFTER_MS);
        long latest = servedAt.applyAsLong(fault);
        while (latest == 0 || latest - from <= 0) {
            if (since(done).compareTo(timeout) > 0) {
                throw new IOException(
                        "nothing served for %d s; output: %s"
                                .formatted(timeout.toSeconds(), cluster.instance(0).log()));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            latest = servedAt.applyAsLong(fault);
        }
        return Duration.ofNanos(latest - begun);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
