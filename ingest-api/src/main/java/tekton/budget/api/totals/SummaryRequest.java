package tekton.budget.api.totals;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.JsonBodies;
import tekton.budget.api.http.ProblemException;
import tekton.budget.codec.JsonFields;
import tekton.budget.event.HandOver.Cell;
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
        Period period,
        Window window,
        int days,
        @Nullable String budgetId,
        @Nullable String provider,
        @Nullable String component,
        @Nullable String model,
        @Nullable String taskType) {

    static final int DAYS_DEFAULT = 30;
    static final int DAYS_MAX = 400;

    private static final Span IN_BODY = new Span("body", "start_time", "end_time");
    private static final Span IN_QUERY = new Span("query", "start_time", "end_time");

    /**
     * The request that a body makes.
     *
     * @param local the zone of dates and times without an offset
     * @throws ProblemException 422 or 400 if it makes none
     */
    static SummaryRequest of(JsonFields fields, Instant now, ZoneId local) {
        Period period =
                fields.requiredOneOf("period", Period::parse, Period::wireName, Period.EXPECTED);
        String start = text(fields, IN_BODY.begin());
        String end = text(fields, IN_BODY.end());
        Long days = fields.integer("days", 1, DAYS_MAX);
        String budgetId = text(fields, "budget_id");
        String provider = text(fields, "provider");
        String component = text(fields, "component");
        String model = text(fields, "model");
        String taskType = text(fields, "task_type");
        JsonBodies.check(fields);
        Period checked = Objects.requireNonNull(period);
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
        Period named = query.oneOf("period", Period::parse, Period.EXPECTED);
        Period period = named == null ? Period.DAILY : named;
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
    Window lastDays(Instant now) {
        ZonedDateTime tomorrow =
                now.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).plusDays(1);
        return new Window(tomorrow.minusDays(days), tomorrow);
    }

    private static @Nullable String text(JsonFields fields, String name) {
        return fields.text(name, UsageBounds.ID_LENGTH_MAX);
    }
}
