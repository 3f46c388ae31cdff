package tekton.budget.metering.topology;

import java.time.Duration;

/**
 * Decides when tasks ask for a commit before Kafka Streams' own interval is over.
 *
 * <p>A commit costs some milliseconds of waiting, and the more records it covers the more of them
 * change the same totals. With little traffic freshness matters: commit every {@link #QUICK}. With
 * much, throughput does: commit as often as the settings say. While records are read that have
 * waited longer than {@link #BEHIND} nothing is fresh anyway, and less work per record is what ends
 * it: leave it to Kafka Streams' interval, which is longer. All tasks share one transaction per
 * thread, so they must agree; this counts for the process. Any thread.
 */
public final class CommitPace {

    /** How often tasks look, and so how long a record waits for its commit with little traffic. */
    static final Duration QUICK = Duration.ofMillis(100);

    /** Over what the traffic is judged: a moment's burst is not much traffic. */
    static final Duration WINDOW = Duration.ofSeconds(1);

    /** More records than this in {@link #WINDOW} are much traffic. */
    static final int QUICK_RECORDS_MAX = 6_500;

    /** Records that have waited longer than this to be read are a backlog. */
    static final Duration BEHIND = Duration.ofSeconds(2);

    private final long intervalMs;
    private long committedMs;
    private long windowBeganMs;
    private long lookedMs;
    private int recordsInWindow;
    private int recordsAtLook;
    private long newestMs = Long.MIN_VALUE;
    private boolean busy;
    private boolean flowing;

    /**
     * A pace.
     *
     * @param interval between commits with much traffic that is fresh
     */
    CommitPace(Duration interval) {
        intervalMs = interval.toMillis();
    }

    /**
     * Notes one record read.
     *
     * @param appendedMs when it was appended, epoch milliseconds
     */
    synchronized void read(long appendedMs) {
        recordsInWindow++;
        newestMs = Math.max(newestMs, appendedMs);
    }

    /**
     * True when what has changed should be committed now; at most once in {@link #QUICK}, because
     * one task's commit is every task's.
     *
     * @param nowMs wall-clock time, epoch milliseconds
     */
    synchronized boolean commitNow(long nowMs) {
        look(nowMs);
        long sinceCommit = nowMs - committedMs;
        if (sinceCommit >= 0 && sinceCommit < QUICK.toMillis()) {
            return false;
        }
        if (busy && flowing) {
            boolean behind = newestMs < nowMs - BEHIND.toMillis();
            if (behind || (sinceCommit >= 0 && sinceCommit < intervalMs)) {
                return false;
            }
        }
        committedMs = nowMs;
        return true;
    }

    private void look(long nowMs) {
        long sinceLook = nowMs - lookedMs;
        if (sinceLook >= QUICK.toMillis() || sinceLook < 0) {
            // A backlog that has come to its end is not to wait for a window to tell.
            flowing = recordsInWindow != recordsAtLook;
            recordsAtLook = recordsInWindow;
            lookedMs = nowMs;
        }
        long age = nowMs - windowBeganMs;
        if (age >= WINDOW.toMillis() || age < 0) {
            busy = recordsInWindow > QUICK_RECORDS_MAX * Math.max(1, age / WINDOW.toMillis());
            recordsInWindow = 0;
            recordsAtLook = 0;
            windowBeganMs = nowMs;
        }
    }
}
