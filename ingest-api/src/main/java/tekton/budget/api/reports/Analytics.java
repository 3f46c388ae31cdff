package tekton.budget.api.reports;

import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.CalendarPeriod;
import tekton.budget.api.totals.Query;
import tekton.budget.api.totals.Times;
import tekton.budget.api.totals.WindowParameters;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** What Tekton's command line asks for as analytics, as a report. */
final class Analytics {

    private static final WindowParameters SPAN =
            new WindowParameters("query", "start_date", "end_date");

    private Analytics() {}

    /**
     * The report: by hour, day, week or month, as the period is; daily when none is named.
     *
     * @param local the zone of dates and times without an offset where the query names none
     * @throws ProblemException 422 or 400 if there is no such report
     */
    static ReportRequest request(Query query, Instant now, ZoneId local) {
        CalendarPeriod named =
                query.oneOf("period", CalendarPeriod::parse, CalendarPeriod.EXPECTED);
        CalendarPeriod period = named == null ? CalendarPeriod.DAILY : named;
        GroupBy time =
                switch (period) {
                    case HOURLY -> GroupBy.HOUR;
                    case DAILY -> GroupBy.DAY;
                    case WEEKLY -> GroupBy.WEEK;
                    case MONTHLY -> GroupBy.MONTH;
                };
        return new ReportRequest(
                List.of(time, GroupBy.PROVIDER, GroupBy.MODEL, GroupBy.COMPONENT),
                Times.checked(
                        SPAN.around(
                                period,
                                query.text(SPAN.begin()),
                                query.text(SPAN.end()),
                                Times.zone(query.text("zone")),
                                Times.zoneOr(query.text("zone"), local),
                                now)),
                query.id("budget_id"),
                null,
                null,
                query.id("component"),
                query.id("provider"),
                query.id("model"),
                null,
                query.id("task_type"));
    }
}
