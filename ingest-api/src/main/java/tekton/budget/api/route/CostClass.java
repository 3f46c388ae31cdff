package tekton.budget.api.route;

import java.util.Locale;

/**
 * What a request costs this instance, and so how many of its kind may be at work at once: of all
 * callers, and of one. A caller's share is less than all, so that no caller keeps the others out.
 * From the cheapest to the dearest.
 */
public enum CostClass {
    /** Documents, health, live streams: little work, or bounded elsewhere. */
    FREE(0, 0, 0, 0),
    /** One record, where it does not take the fast lane. */
    RECORD(1_024, 512, 512, 2_000),
    /** Something small, from stores or memory. */
    LOOKUP(64, 32, 64, 2_000),
    /** Waits for the ledger's decision, and takes no processor meanwhile. */
    DECISION(1_000, 500, 500, 2_000),
    /** Waits for the price poller, for alerting or for Kafka; each has room for 100. */
    ACT(100, 50, 50, 2_000),
    /** A body with many records, or one that has to be understood. */
    BATCH(256, 128, 128, 2_000),
    /** Asks for tools; those ask the API on. */
    TOOL(64, 32, 32, 2_000),
    /** Reads many entries of stores or of the log to answer with few. */
    SCAN(2, 1, 16, 5_000),
    /** Reads many and holds the answer in memory until it is taken. */
    REPORT(2, 1, 16, 5_000),
    /** Reads as many as there are, for as long as its caller takes them. */
    EXPORT(2, 1, 16, 2_000);

    private final String wireName = name().toLowerCase(Locale.ROOT);
    private final int all;
    private final int each;
    private final int waiting;
    private final int waitMs;

    CostClass(int all, int each, int waiting, int waitMs) {
        this.all = all;
        this.each = each;
        this.waiting = waiting;
        this.waitMs = waitMs;
    }

    /** The name in metrics and answers. */
    public String wireName() {
        return wireName;
    }

    /** How many may be at work at once; 0 for as many as come. */
    public int all() {
        return all;
    }

    /** How many of them one caller may have. */
    public int each() {
        return each;
    }

    /** How many of a caller's further ones may wait for a turn. */
    public int waiting() {
        return waiting;
    }

    /** How long each waits at most, in milliseconds. */
    public int waitMs() {
        return waitMs;
    }

    /**
     * How many requests at once may be reading and adding up without ever waiting. So many threads
     * are needed beside those that serve everything else.
     */
    public static int busyMax() {
        return SCAN.all + REPORT.all + EXPORT.all;
    }
}
