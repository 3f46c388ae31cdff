package tekton.budget.value;

import java.time.Duration;

/**
 * A minute of UTC. Cells of totals begin at one: at a full hour or, where they are finer, see
 * {@link CellWidth}, at a half or a quarter of it.
 *
 * @param value minutes since 1970-01-01T00:00Z
 */
public record EpochMinute(long value) implements Comparable<EpochMinute> {

    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    private static final int HOUR_MINUTES = 60;

    /** The minute at which the UTC hour of an instant begins, given in epoch milliseconds. */
    public static EpochMinute hourOf(long epochMs) {
        return new EpochMinute(Math.floorDiv(epochMs, HOUR_MS) * HOUR_MINUTES);
    }

    /** Its first millisecond, epoch milliseconds. */
    public long startMs() {
        return value * MINUTE_MS;
    }

    @Override
    public int compareTo(EpochMinute other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
