package tekton.budget.value;

import java.time.Duration;

/**
 * Bucket keys of hourly totals: the epoch minute at which a UTC hour begins. What was counted
 * finer, see {@link CellWidth}, has the minute at which its part of the hour begins.
 */
public final class Hour {

    /** The width of a bucket in milliseconds. */
    public static final long WIDTH_MS = Duration.ofHours(1).toMillis();

    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

    private Hour() {}

    /** The bucket of an instant, as epoch minutes: always a multiple of 60. */
    public static long of(long epochMs) {
        return Math.floorDiv(epochMs, WIDTH_MS) * 60;
    }

    /**
     * The epoch millisecond at which the bucket begins.
     *
     * @param hour epoch minutes; a finer bucket's will do
     */
    public static long startMs(long hour) {
        return hour * MINUTE_MS;
    }
}
