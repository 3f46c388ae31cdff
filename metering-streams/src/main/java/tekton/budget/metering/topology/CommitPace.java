package tekton.budget.metering.topology;

import java.time.Duration;

/**
 * Decides when tasks ask for a commit before the commit interval is over.
 *
 * <p>A commit costs some milliseconds of waiting, and the more records it covers the more of them
 * change the same totals. With little traffic freshness matters: commit every {@link #QUICK}. With
 * much, throughput does: leave it to the commit interval. All tasks share one transaction per
 * thread, so they must agree; this counts for the process. Any thread.
 */
public final class CommitPace {

    /** How often tasks look, and so how long a record waits for its commit with little traffic. */
    static final Duration QUICK = Duration.ofMillis(100);

    /** Over what the traffic is judged: a moment's burst is not much traffic. */
    static final Duration WINDOW = Duration.ofSeconds(1);

    /** More records than this in {@link #WINDOW} are much traffic. */
    static final int QUICK_RECORDS_MAX = 6_500;

    private long committedMs;
    private long windowBeganMs;
    private int recordsInWindow;
    private boolean busy;

    /** Notes one record read. */
    synchronized void read() {
        recordsInWindow++;
    }

    /**
     * True when what has changed should be committed now; at most once in {@link #QUICK}, because
     * one task's commit is every task's.
     *
     * @param nowMs wall-clock time, epoch milliseconds
     */
    synchronized boolean commitNow(long nowMs) {
        long age = nowMs - windowBeganMs;
        if (age >= WINDOW.toMillis() || age < 0) {
            busy = recordsInWindow > QUICK_RECORDS_MAX * Math.max(1, age / WINDOW.toMillis());
            recordsInWindow = 0;
            windowBeganMs = nowMs;
        }
        long sinceCommit = nowMs - committedMs;
        if (busy || (sinceCommit >= 0 && sinceCommit < QUICK.toMillis())) {
            return false;
        }
        committedMs = nowMs;
        return true;
    }
}
