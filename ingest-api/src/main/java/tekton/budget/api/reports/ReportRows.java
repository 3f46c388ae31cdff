package tekton.budget.api.reports;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.http.ProblemType;
import tekton.budget.api.totals.Query;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.ContextPartTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.TotalsQueries;
import tekton.budget.value.CellWidth;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of a report, summed while the hourly totals are visited. Rows and visits are bounded,
 * and a report that would need more is refused, never cut. For use by one thread.
 */
final class ReportRows {

    /** The most rows. Held in memory, some 300 bytes each with short names. */
    static final int ROWS_MAX = 100_000;

    /** The most hourly totals that one report is summed from. */
    static final long VISITS_MAX = 10_000_000;

    private static final String NARROWER =
            "a shorter window, more filters or fewer fields in group_by";

    private final ReportRequest request;
    private final @Nullable GroupBy time;
    private final List<GroupBy> names;
    private final int rowsMax;
    private final long visitsMax;
    private final Map<Key, Totals> rows = new HashMap<>();
    private final Map<String, String> shared = new HashMap<>();
    private final Map<EpochMinute, Long> begins = new HashMap<>();
    private @Nullable TopBy top;
    private int shownMax = Integer.MAX_VALUE;
    private long visits;

    /**
     * What tells a row apart.
     *
     * @param begin where its span of time begins, see {@link GroupBy#begin}; 0 without times
     * @param names its values, in the order asked for, times left out
     */
    record Key(long begin, List<String> names) {}

    /**
     * A row.
     *
     * @param values what it is of, in the order asked for
     * @param totals the sum
     */
    record Row(List<String> values, Totals totals) {}

    ReportRows(ReportRequest request) {
        this(request, ROWS_MAX, VISITS_MAX);
    }

    ReportRows(ReportRequest request, int rowsMax, long visitsMax) {
        this.request = request;
        this.rowsMax = rowsMax;
        this.visitsMax = visitsMax;
        time = request.groupBy().stream().filter(GroupBy::isTime).findFirst().orElse(null);
        names = request.groupBy().stream().filter(by -> !by.isTime()).toList();
        if (request.groupBy().isEmpty()) {
            // The sum of nothing is a sum too.
            rows.put(new Key(0, List.of()), Totals.ZERO);
        }
    }

    /**
     * The rows of a report.
     *
     * @throws ProblemException 422 if there are too many, 503 or 504 if they cannot be read
     */
    static ReportRows of(ReportRequest request, TotalsQueries totals, Consistency after) {
        ReportRows rows = new ReportRows(request);
        EpochMinute from = request.window().fromHour();
        EpochMinute until = request.window().untilMinute();
        Query.visited(
                switch (request.dimension()) {
                    case CONTEXT ->
                            request.tellsParts()
                                    ? totals.contextParts(
                                            request.contextId(), from, until, after, rows::addPart)
                                    : totals.contextHours(
                                            request.contextId(),
                                            from,
                                            until,
                                            after,
                                            one -> rows.addContext(one.id(), one.totals()));
                    case USER ->
                            totals.userCells(
                                    request.userId(),
                                    from,
                                    until,
                                    after,
                                    one -> rows.addCell(one.userId(), one.cell(), one.totals()));
                    case BUDGET, COMPONENT ->
                            totals.cells(
                                    request.budgetId(),
                                    from,
                                    until,
                                    after,
                                    (cell, used) -> rows.addCell(null, cell, used));
                },
                "Usage");
        return rows;
    }

    /**
     * Adds what was used in a cell.
     *
     * @param userId who has; null for all together
     */
    void addCell(@Nullable String userId, Cell cell, Totals totals) {
        visit();
        if (request.takes(cell) && request.window().takes(totals)) {
            List<String> values = new ArrayList<>(names.size());
            for (GroupBy by : names) {
                values.add(by == GroupBy.USER && userId != null ? userId : by.of(cell));
            }
            add(values, totals);
        }
    }

    void addContext(String contextId, Totals totals) {
        visit();
        if (request.window().takes(totals)) {
            add(names.isEmpty() ? List.of() : List.of(contextId), totals);
        }
    }

    /** Adds what a context has used in a cell; what is not told apart stands under "other". */
    void addPart(ContextPartTotals part) {
        visit();
        if (request.takes(part.cell(), part.userId()) && request.window().takes(part.totals())) {
            List<String> values = new ArrayList<>(names.size());
            for (GroupBy by : names) {
                values.add(by.of(part));
            }
            add(values, part.totals());
        }
    }

    /** Shows the largest only, largest first; equal ones in the order of all. */
    void onlyLargest(TopBy by, int limit) {
        top = by;
        shownMax = limit;
    }

    int size() {
        return rows.size();
    }

    /** The rows by time, then by the other fields in the order asked for; for one reading. */
    Iterable<Row> inOrder() {
        List<Map.Entry<Key, Totals>> entries = new ArrayList<>(rows.entrySet());
        entries.sort(Map.Entry.comparingByKey(ReportRows::compare));
        TopBy by = top;
        if (by != null) {
            entries.sort(Map.Entry.comparingByValue(by.largestTotalsFirst()));
        }
        return () ->
                entries.stream()
                        .limit(shownMax)
                        .map(entry -> new Row(values(entry.getKey()), entry.getValue()))
                        .iterator();
    }

    private void add(List<String> values, Totals totals) {
        GroupBy unit = time;
        long begin = 0;
        if (unit != null) {
            begin = begin(unit, totals.firstAtMs());
            if (begin != begin(unit, totals.lastAtMs())) {
                throw request.window().cut(totals);
            }
        }
        Key key = new Key(begin, values);
        Totals known = rows.get(key);
        if (known != null) {
            rows.put(key, known.plus(totals));
            return;
        }
        if (rows.size() >= rowsMax) {
            throw tooMuch("group_by: more than %d rows".formatted(rowsMax));
        }
        // Most names stand in many rows: one copy of each is kept.
        List<String> own =
                values.stream().map(value -> shared.computeIfAbsent(value, v -> v)).toList();
        rows.put(new Key(begin, own), totals);
    }

    /** No span of time begins within one of the finest cells, so they need be looked at once. */
    private long begin(GroupBy unit, long atMs) {
        return begins.computeIfAbsent(
                CellWidth.FINEST.begin(atMs), cell -> unit.begin(cell, request.window().zone()));
    }

    private void visit() {
        if (++visits > visitsMax) {
            throw tooMuch("from, to: more than %d hourly totals to sum".formatted(visitsMax));
        }
    }

    private List<String> values(Key key) {
        ZoneId zone = request.window().zone();
        List<String> values = new ArrayList<>();
        int next = 0;
        for (GroupBy by : request.groupBy()) {
            values.add(by.isTime() ? by.shown(key.begin(), zone) : key.names().get(next++));
        }
        return values;
    }

    private static int compare(Key one, Key other) {
        int order = Long.compare(one.begin(), other.begin());
        for (int i = 0; order == 0 && i < one.names().size(); i++) {
            order = one.names().get(i).compareTo(other.names().get(i));
        }
        return order;
    }

    private static ProblemException tooMuch(String what) {
        return new ProblemException(
                Problem.of(
                        ProblemType.INVALID_REQUEST,
                        "%s (expected: %s)".formatted(what, NARROWER)));
    }
}
