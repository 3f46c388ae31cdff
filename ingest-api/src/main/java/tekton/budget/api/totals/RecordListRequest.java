package tekton.budget.api.totals;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.ProblemException;
import tekton.budget.metering.query.RecordFilter;

import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * Which records a list has, and which part of it is wanted.
 *
 * @param page its number, the first when none is named; null for a list that goes on by cursors
 * @param cursor where the page begins; null for one with a number
 */
record RecordListRequest(
        RecordFilter filter, int limit, @Nullable Integer page, @Nullable String cursor) {

    /** The cursor of the first page, for callers who look often: it counts nothing. */
    static final String NEWEST = "newest";

    private static final int CURSOR_LENGTH_MAX = 1_024;

    /**
     * The list that a query asks for.
     *
     * @param local the zone of dates and times without an offset where the query names none
     */
    static RecordListRequest of(Query query, ZoneId local) {
        RecordFilter filter = filter(query, Times.zoneOr(query.text("zone"), local));
        int limit = query.limit();
        String cursor = query.text("cursor");
        Integer page = cursor == null || query.text("page") != null ? query.page() : null;
        if (cursor != null && cursor.length() > CURSOR_LENGTH_MAX) {
            throw badCursor(cursor);
        }
        if (cursor != null && page != null) {
            throw Query.invalid("query", "page", page.toString(), "either page or cursor");
        }
        return new RecordListRequest(filter, limit, page, cursor);
    }

    static ProblemException badCursor(String cursor) {
        return Query.invalid(
                "query",
                "cursor",
                cursor,
                "newest, or the next of a page before, with the same filters");
    }

    private static RecordFilter filter(Query query, ZoneId zone) {
        Long from = begin(query.text("start_date"), zone);
        Long until = end(query.text("end_date"), zone);
        if (from != null && until != null && from >= until) {
            throw Query.invalid(
                    "query",
                    "end_date",
                    String.valueOf(query.text("end_date")),
                    "not before start_date");
        }
        return new RecordFilter(
                query.id("context_id"),
                query.id("allocation_id"),
                query.id("budget_id"),
                query.id("component"),
                query.id("provider"),
                query.id("model"),
                query.id("task_type"),
                query.tier(),
                query.id("user_id"),
                from,
                until);
    }

    private static @Nullable Long begin(@Nullable String text, ZoneId zone) {
        if (text == null) {
            return null;
        }
        return Times.begin(text, zone)
                .orElseThrow(() -> Query.invalid("query", "start_date", text, Times.EXPECTED))
                .toInstant()
                .toEpochMilli();
    }

    /** The first millisecond that is not in it: a date and a time are both included. */
    private static @Nullable Long end(@Nullable String text, ZoneId zone) {
        if (text == null) {
            return null;
        }
        ZonedDateTime end =
                Times.end(text, zone)
                        .orElseThrow(
                                () -> Query.invalid("query", "end_date", text, Times.EXPECTED));
        long ms = end.toInstant().toEpochMilli();
        return Times.isDate(text) ? ms : ms + 1;
    }
}
