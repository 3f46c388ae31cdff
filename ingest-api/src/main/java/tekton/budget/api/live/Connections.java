package tekton.budget.api.live;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Every live connection, no more than a bound, and the one timer of all their heartbeats.
 * Thread-safe.
 */
final class Connections implements AutoCloseable {

    /**
     * Into so many parts a heartbeat's period is cut, so that not all connections are written to at
     * once.
     */
    private static final int PARTS = 10;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final int max;
    private final long tickMs;
    private final Map<Signal, Integer> parts = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger came = new AtomicInteger();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("live-heartbeat").factory());
    private final LongAdder dropped = new LongAdder();
    private int part;
    private volatile boolean closed;

    /**
     * No connections yet.
     *
     * @param max how many there may be
     * @param heartbeat how often each gets one, at least some milliseconds
     */
    Connections(int max, Duration heartbeat) {
        this.max = max;
        tickMs = Math.max(1, heartbeat.toMillis() / PARTS);
    }

    /** Begins with the heartbeats. */
    void start() {
        var _ = timer.scheduleAtFixedRate(this::beat, tickMs, tickMs, TimeUnit.MILLISECONDS);
    }

    /** True when another connection would find room now. */
    boolean hasRoom() {
        return !closed && count.get() < max;
    }

    /** Takes a connection in; false when there is no room, and then it is not one. */
    boolean add(Signal bell) {
        if (count.incrementAndGet() > max || closed) {
            count.decrementAndGet();
            return false;
        }
        parts.put(bell, Math.floorMod(came.getAndIncrement(), PARTS));
        if (closed) {
            bell.end(Signal.Ending.STOPPING);
        }
        return true;
    }

    /** A connection that was taken in is over. */
    void remove(Signal bell) {
        if (parts.remove(bell) != null) {
            count.decrementAndGet();
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** A connection ends because it reads too slowly. */
    void dropped() {
        dropped.increment();
    }

    /** How many have ended so. */
    long droppedCount() {
        return dropped.sum();
    }

    /** How many there are. */
    int count() {
        return count.get();
    }

    /** Ends every connection, waits a moment for them to say so, and takes no further ones. */
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        parts.keySet().forEach(bell -> bell.end(Signal.Ending.STOPPING));
        try {
            awaitNone();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who does not read what is said to it is not waited for any longer. */
    private synchronized void awaitNone() throws InterruptedException {
        long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        long leftMs = CLOSE_TIMEOUT.toMillis();
        while (!parts.isEmpty() && leftMs > 0) {
            wait(leftMs);
            leftMs = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        }
    }

    private void beat() {
        part = (part + 1) % PARTS;
        parts.forEach(
                (bell, its) -> {
                    if (its == part) {
                        bell.beat();
                    }
                });
    }
}
