package tekton.budget.api.totals;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.JsonFields;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.UsageBounds;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * What a summary is asked for. Absent filters take everything; names are compared exactly.
 *
 * @param period the period's name on the wire
 * @param window whole hours in UTC
 * @param days over how many days, today included, the daily figures go
 */
record SummaryRequest(
        CalendarPeriod period,
        TimeWindow window,
        int days,
        @Nullable String budgetId,
        @Nullable String provider,
        @Nullable String component,
        @Nullable String model,
        @Nullable String taskType) {

    static final int DAYS_DEFAULT = 30;
    static final int DAYS_MAX = 400;

    private static final WindowParameters IN_BODY =
            new WindowParameters("body", "start_time", "end_time");
    private static final WindowParameters IN_QUERY =
            new WindowParameters("query", "start_time", "end_time");

    /**
     * The request that a body makes.
     *
     * @param local the zone of dates and times without an offset
     * @throws ProblemException 422 or 400 if it makes none
     */
    static SummaryRequest of(JsonFields fields, Instant now, ZoneId local) {
        CalendarPeriod period =
                fields.requiredOneOf(
                        "period",
                        CalendarPeriod::parse,
                        CalendarPeriod::wireName,
                        CalendarPeriod.EXPECTED);
        String start = text(fields, IN_BODY.begin());
        String end = text(fields, IN_BODY.end());
        Long days = fields.integer("days", 1, DAYS_MAX);
        String budgetId = text(fields, "budget_id");
        String provider = text(fields, "provider");
        String component = text(fields, "component");
        String model = text(fields, "model");
        String taskType = text(fields, "task_type");
        JsonBodies.check(fields);
        CalendarPeriod checked = Objects.requireNonNull(period);
        return new SummaryRequest(
                checked,
                IN_BODY.around(checked, start, end, ZoneOffset.UTC, local, now),
                days == null ? DAYS_DEFAULT : days.intValue(),
                budgetId,
                provider,
                component,
                model,
                taskType);
    }

    /**
     * The request that a query makes, with the same names; daily unless it says otherwise.
     *
     * @param local the zone of dates and times without an offset
     * @throws ProblemException 422 or 400 if it makes none
     */
    static SummaryRequest of(Query query, Instant now, ZoneId local) {
        CalendarPeriod named =
                query.oneOf("period", CalendarPeriod::parse, CalendarPeriod.EXPECTED);
        CalendarPeriod period = named == null ? CalendarPeriod.DAILY : named;
        return new SummaryRequest(
                period,
                IN_QUERY.around(
                        period,
                        query.text(IN_QUERY.begin()),
                        query.text(IN_QUERY.end()),
                        ZoneOffset.UTC,
                        local,
                        now),
                query.integer("days", DAYS_DEFAULT, 1, DAYS_MAX),
                query.id("budget_id"),
                query.id("provider"),
                query.id("component"),
                query.id("model"),
                query.id("task_type"));
    }

    /** True for a cell that passes every filter but the budget's, which the query applies. */
    boolean takes(Cell cell) {
        return (provider == null || provider.equals(cell.provider()))
                && (component == null || component.equals(cell.component()))
                && (model == null || model.equals(cell.model()))
                && (taskType == null || taskType.equals(cell.taskType()));
    }

    /** The days that the daily figures go over. */
    TimeWindow lastDays(Instant now) {
        ZonedDateTime tomorrow =
                now.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).plusDays(1);
        return new TimeWindow(tomorrow.minusDays(days), tomorrow);
    }

    private static @Nullable String text(JsonFields fields, String name) {
        return fields.text(name, UsageBounds.ID_LENGTH_MAX);
    }
}
