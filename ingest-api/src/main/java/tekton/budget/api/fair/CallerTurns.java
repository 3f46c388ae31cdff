package tekton.budget.api.fair;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Turns to use something: so many at once, and fewer for one caller, so that no caller keeps the
 * others out. Remembers a caller only while it has a turn or waits for one. Thread-safe.
 */
public final class CallerTurns {

    /** What became of a wish for turns. */
    public enum TurnOutcome {
        /** They are the caller's, until it gives them back. */
        TAKEN,
        /** The caller has or wants as many as one may have; nobody else is in its way. */
        OWN_SHARE_TAKEN,
        /** Others have all that there are. */
        ALL_TAKEN
    }

    /** One caller's, and how many of its requests wait for one. */
    private record CallerShare(Semaphore turns, int waiting) {

        CallerShare with(int more) {
            return new CallerShare(turns, waiting + more);
        }
    }

    private final int all;
    private final int each;
    private final int waitingMax;
    private final Semaphore turns;
    private final ConcurrentHashMap<String, CallerShare> shares = new ConcurrentHashMap<>();

    /**
     * Turns, all of them free.
     *
     * @param all how many there are
     * @param each how many of them one caller may have
     * @param waitingMax how many requests of a caller may wait because the caller has its share
     */
    public CallerTurns(int all, int each, int waitingMax) {
        this.all = all;
        this.each = each;
        this.waitingMax = waitingMax;
        // In the order of asking: who asks often gets no more of them.
        turns = new Semaphore(all, true);
    }

    /** Takes one turn, as {@link #take(String, int, long)}. */
    public TurnOutcome take(String caller, long waitNanos) throws InterruptedException {
        return take(caller, 1, waitNanos);
    }

    /**
     * Takes turns; the caller gives them {@link #back}, at once or in parts.
     *
     * @param count how many, at most what one caller may have
     * @param waitNanos how long it may wait for them
     */
    public TurnOutcome take(String caller, int count, long waitNanos) throws InterruptedException {
        long until = System.nanoTime() + waitNanos;
        Semaphore own =
                shares.merge(
                                caller,
                                new CallerShare(new Semaphore(each, true), 1),
                                (share, _) -> share.with(1))
                        .turns();
        int unused = 0;
        try {
            if (!acquire(own, count, own.getQueueLength() < waitingMax ? waitNanos : 0)) {
                return TurnOutcome.OWN_SHARE_TAKEN;
            }
            unused = count;
            if (!acquire(turns, count, until - System.nanoTime())) {
                return TurnOutcome.ALL_TAKEN;
            }
            unused = 0;
            return TurnOutcome.TAKEN;
        } finally {
            leave(caller, unused, 1);
        }
    }

    /** A turn that is free needs no place in the queue, unless others stand there. */
    private static boolean acquire(Semaphore from, int count, long waitNanos)
            throws InterruptedException {
        return waitNanos > 0
                ? from.tryAcquire(count, waitNanos, TimeUnit.NANOSECONDS)
                : !from.hasQueuedThreads() && from.tryAcquire(count);
    }

    /** Ends one turn that the caller has. */
    public void back(String caller) {
        back(caller, 1);
    }

    /** Ends turns that the caller has. */
    public void back(String caller, int count) {
        turns.release(count);
        leave(caller, count, 0);
    }

    /** How many turns are taken. */
    public int taken() {
        return all - turns.availablePermits();
    }

    /** How many requests of a caller wait because the caller has its share; a glimpse. */
    int waiting(String caller) {
        CallerShare share = shares.get(caller);
        return share == null ? 0 : share.turns().getQueueLength();
    }

    /** How many callers have a turn or wait for one. */
    public int callers() {
        return shares.size();
    }

    private void leave(String caller, int unused, int waited) {
        shares.computeIfPresent(
                caller,
                (_, share) -> {
                    share.turns().release(unused);
                    boolean isUsed =
                            share.waiting() > waited || share.turns().availablePermits() < each;
                    return isUsed ? share.with(-waited) : null;
                });
    }
}
