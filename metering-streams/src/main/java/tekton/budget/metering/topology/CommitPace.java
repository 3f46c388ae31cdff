package tekton.budget.metering.topology;

import java.time.Duration;

/**
 * Decides when tasks ask for a commit before Kafka Streams' own interval is over.
 *
 * <p>A commit costs some milliseconds of waiting, and the more records it covers the more of them
 * change the same totals. With little traffic freshness matters: commit every {@link #QUICK}. With
 * much, throughput does: commit as often as the settings say. While one of the two stages reads
 * records that have waited longer than {@link #BEHIND} nothing is fresh anyway, and less work per
 * record is what ends it: leave it to Kafka Streams' interval, which is longer. That holds however
 * few they are: where a commit takes longer than {@link #QUICK}, a thread that commits as often
 * reads a record or two between commits, and the backlog would grow for ever. All tasks share one
 * transaction per thread, so they must agree; this counts for the process. Any thread.
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
    private boolean busy;
    private final Flow counted = new Flow();
    private final Flow added = new Flow();

    /**
     * A pace.
     *
     * @param interval between commits with much traffic that is fresh
     */
    CommitPace(Duration interval) {
        intervalMs = interval.toMillis();
    }

    /**
     * Notes one usage record read by stage one.
     *
     * @param appendedMs when it was appended, epoch milliseconds
     */
    synchronized void counted(long appendedMs) {
        recordsInWindow++;
        counted.read(appendedMs);
    }

    /**
     * Notes one record of stage one read by stage two.
     *
     * @param appendedMs when the usage in it was appended, epoch milliseconds
     */
    synchronized void added(long appendedMs) {
        added.read(appendedMs);
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
        if (counted.isBehind(nowMs) || added.isBehind(nowMs)) {
            return false;
        }
        if (busy && counted.flows && sinceCommit >= 0 && sinceCommit < intervalMs) {
            return false;
        }
        committedMs = nowMs;
        return true;
    }

    private void look(long nowMs) {
        long sinceLook = nowMs - lookedMs;
        if (sinceLook >= QUICK.toMillis() || sinceLook < 0) {
            counted.look();
            added.look();
            lookedMs = nowMs;
        }
        long age = nowMs - windowBeganMs;
        if (age >= WINDOW.toMillis() || age < 0) {
            busy = recordsInWindow > QUICK_RECORDS_MAX * Math.max(1, age / WINDOW.toMillis());
            recordsInWindow = 0;
            windowBeganMs = nowMs;
        }
    }

    /** Whether one stage's records come, and how old the newest of them was. */
    private static final class Flow {

        private long newestMs = Long.MIN_VALUE;
        private boolean hasRead;
        private boolean flows;

        void read(long appendedMs) {
            newestMs = Math.max(newestMs, appendedMs);
            hasRead = true;
        }

        /** A backlog that has come to its end is not to wait for a window to tell. */
        void look() {
            flows = hasRead;
            hasRead = false;
        }

        boolean isBehind(long nowMs) {
            return flows && newestMs < nowMs - BEHIND.toMillis();
        }
    }
}
