package tekton.budget.metering.query;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The totals, wherever their owner is. Answers may show what was counted a moment before it is
 * committed; nothing that decides about money asks here. Any thread; every call is bounded.
 */
public interface TotalsQueries {

    /** The most entries of one page or of {@link #top}. */
    int PAGE_MAX = 100;

    /** The total of all time. */
    Answer<Totals> allTime(Dimension dimension, String id, Consistency after);

    /**
     * The total from one minute to before another. Zero for an id that exists but has nothing
     * there. Nothing is ever cut by full UTC hours.
     */
    Answer<InWindow> between(
            Dimension dimension,
            String id,
            EpochMinute fromMinute,
            EpochMinute untilMinute,
            Consistency after);

    /**
     * A page in the order of the ids' UTF-8 bytes; stable while totals change.
     *
     * @param afterId the last id of the page before, or null for the first page
     * @param limit 1 to {@link #PAGE_MAX}
     */
    Answer<List<KeyedTotals>> page(
            Dimension dimension, @Nullable String afterId, int limit, Consistency after);

    /**
     * The largest totals of all time, up to ten seconds old.
     *
     * @param limit 1 to {@link #PAGE_MAX}
     */
    Answer<List<KeyedTotals>> top(Dimension dimension, TopBy by, int limit);

    /**
     * Visits every cell that begins in a range of time, in no order; a cell is visited once, and
     * its records tell when it was. The found value is how many were visited. An exception of the
     * visitor ends the walk and is thrown on.
     *
     * @param budgetId one budget, or null for all
     * @param fromHour the first hour
     * @param untilHour the first minute that is too late
     */
    Answer<Long> cells(
            @Nullable String budgetId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            BiConsumer<Cell, Totals> visitor);

    /**
     * Visits the hourly totals of contexts that begin in a range of time, in no order; the records
     * of a total tell when it was. The found value is how many were visited.
     *
     * @param contextId one context, or null for all
     * @param fromHour the first hour
     * @param untilHour the first minute that is too late
     */
    Answer<Long> contextHours(
            @Nullable String contextId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<KeyedTotals> visitor);

    /**
     * Visits the same totals by the cells and users of their records, in no order. The found value
     * is how many totals there were.
     *
     * @param contextId one context, or null for all
     * @param fromHour the first hour
     * @param untilHour the first minute that is too late
     */
    Answer<Long> contextParts(
            @Nullable String contextId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<ContextPartTotals> visitor);

    /**
     * Visits the hourly cells of users that begin in a range of time, in no order; a cell is
     * visited in parts, one for each partition that has something of it. The records of a part tell
     * when it was. The found value is how many were visited.
     *
     * @param userId one user, or null for all
     * @param fromHour the first hour
     * @param untilHour the first minute that is too late
     */
    Answer<Long> userCells(
            @Nullable String userId,
            EpochMinute fromHour,
            EpochMinute untilHour,
            Consistency after,
            Consumer<UserCellTotals> visitor);
}
