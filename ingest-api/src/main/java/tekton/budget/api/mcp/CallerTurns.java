package tekton.budget.api.mcp;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Turns to ask the own API: so many at once, and fewer for one caller, so that no caller keeps the
 * others out. Remembers a caller only while it has a turn or waits for one. Thread-safe.
 */
final class CallerTurns {

    /** One caller's, and how many of its requests have or want one. */
    private record CallerShare(Semaphore turns, int users) {

        CallerShare with(int more) {
            return new CallerShare(turns, users + more);
        }
    }

    private final int each;
    private final Semaphore turns;
    private final ConcurrentHashMap<String, CallerShare> shares = new ConcurrentHashMap<>();

    /**
     * Turns, all of them free.
     *
     * @param all how many there are
     * @param each how many of them one caller may have
     */
    CallerTurns(int all, int each) {
        this.each = each;
        // In the order of asking: who asks often gets no more of them.
        turns = new Semaphore(all, true);
    }

    /**
     * Takes a turn; the caller gives it {@link #back}.
     *
     * @param waitNanos how long it may wait for one
     * @return false if none was free in time
     */
    boolean take(String caller, long waitNanos) throws InterruptedException {
        long until = System.nanoTime() + waitNanos;
        Semaphore own = enter(caller);
        boolean mine = false;
        boolean taken = false;
        try {
            mine = own.tryAcquire(waitNanos, TimeUnit.NANOSECONDS);
            taken = mine && turns.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            return taken;
        } finally {
            if (!taken) {
                leave(caller, mine);
            }
        }
    }

    /** Ends a turn that the caller has. */
    void back(String caller) {
        turns.release();
        leave(caller, true);
    }

    /** How many callers have a turn or wait for one. */
    int callers() {
        return shares.size();
    }

    private Semaphore enter(String caller) {
        return shares.merge(
                        caller,
                        new CallerShare(new Semaphore(each, true), 1),
                        (share, _) -> share.with(1))
                .turns();
    }

    private void leave(String caller, boolean hasTurn) {
        shares.computeIfPresent(
                caller,
                (_, share) -> {
                    if (hasTurn) {
                        share.turns().release();
                    }
                    return share.users() == 1 ? null : share.with(-1);
                });
    }
}
