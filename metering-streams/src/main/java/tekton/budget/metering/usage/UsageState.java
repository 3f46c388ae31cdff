package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

/**
 * What is kept of one partition of usage, as the last commit left it; of ids also those remembered
 * since. Of one thread.
 */
public interface UsageState {

    /**
     * When a record arrives that was appended at a time, epoch milliseconds: never before one that
     * was asked about earlier, across restarts too.
     */
    long arrival(long appendTimeMs);

    /**
     * Where an id was counted first, or null when that is not remembered.
     *
     * @param arrivalMs when the record at hand arrived, epoch milliseconds, never less than before
     */
    @Nullable FirstOccurrence find(IdKey key, long arrivalMs);

    /** Remembers an id that {@link #find} did not know. */
    void remember(IdKey key, FirstOccurrence first, long arrivalMs);

    /** What a context has used, or null for one that has not been seen. */
    @Nullable ContextUse context(String contextId);

    /**
     * What a context has used in one cell of time, or null for nothing.
     *
     * @param hour where the cell begins
     */
    @Nullable HourUse contextHour(String contextId, EpochMinute hour);

    /** What a user has used in this partition, or null for one who has not been seen there. */
    @Nullable Totals user(String userId);

    /**
     * What a user has used in one cell, or null for nothing.
     *
     * @param hour where the cell begins
     */
    @Nullable Totals userCell(String userId, Cell cell, EpochMinute hour);

    /** How many cells of a user begin at a time. */
    int userCells(String userId, EpochMinute hour);
}
