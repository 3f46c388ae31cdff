package tekton.budget.api.reports;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.Problem;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.Query;
import tekton.budget.api.totals.TimeWindow;
import tekton.budget.api.totals.Times;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.Dimension;
import tekton.budget.value.Tier;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a report is asked for. Absent filters take everything; names are compared exactly.
 *
 * @param groupBy the columns that tell rows apart, in the order asked for; at most one is a time
 * @param window of time, in the zone that hours, days, weeks and months are told apart in
 */
record ReportRequest(
        List<GroupBy> groupBy,
        TimeWindow window,
        @Nullable String budgetId,
        @Nullable String contextId,
        @Nullable String userId,
        @Nullable String component,
        @Nullable String provider,
        @Nullable String model,
        @Nullable Tier tier,
        @Nullable String taskType) {

    ReportRequest {
        groupBy = List.copyOf(groupBy);
    }

    /**
     * The report that a query asks for.
     *
     * @param local the zone of times without an offset where the query names none
     * @throws ProblemException 422 or 400 if there is no such report
     */
    static ReportRequest of(Query query, Instant now, ZoneId local) {
        List<GroupBy> groupBy = groupBy(query);
        String contextId = query.id("context_id");
        String userId = query.id("user_id");
        Dimension dimension = dimension(groupBy, contextId, userId);
        TimeWindow asked = Times.window(query, dimension, now, local);
        return new ReportRequest(
                groupBy,
                asked == null ? Times.kept(query, dimension, now) : asked,
                query.id("budget_id"),
                contextId,
                userId,
                query.id("component"),
                query.id("provider"),
                query.id("model"),
                query.tier(),
                query.id("task_type"));
    }

    /** From what it is summed: the hours of contexts, the cells of users, else those of budgets. */
    Dimension dimension() {
        return dimension(groupBy, contextId, userId);
    }

    private static Dimension dimension(
            List<GroupBy> groupBy, @Nullable String contextId, @Nullable String userId) {
        if (contextId != null || groupBy.contains(GroupBy.CONTEXT)) {
            return Dimension.CONTEXT;
        }
        return userId != null || groupBy.contains(GroupBy.USER) ? Dimension.USER : Dimension.BUDGET;
    }

    /** Whether hours of contexts are to be told apart by what their records are of. */
    boolean tellsParts() {
        return tellsUsers()
                || filtersCells()
                || !groupBy.stream().allMatch(by -> by == GroupBy.CONTEXT || by.isTime());
    }

    /**
     * True for a part of a context's hour that passes every filter. A report that tells users apart
     * takes only what somebody has used, and what may be somebody's.
     *
     * @param cell null for what is not told apart
     * @param user null for nobody
     */
    boolean takes(@Nullable Cell cell, @Nullable String user) {
        if (cell == null) {
            return userId == null && !filtersCells();
        }
        return takes(cell) && (user == null ? !tellsUsers() : is(userId, user));
    }

    private boolean tellsUsers() {
        return userId != null || groupBy.contains(GroupBy.USER);
    }

    private boolean filtersCells() {
        return Stream.of(budgetId, component, provider, model, tier, taskType)
                .anyMatch(Objects::nonNull);
    }

    /** True for a cell that passes every filter; of users those that the query does not apply. */
    boolean takes(Cell cell) {
        return is(budgetId, cell.budgetId())
                && is(component, cell.component())
                && is(provider, cell.provider())
                && is(model, cell.model())
                && is(taskType, cell.taskType())
                && (tier == null || tier == cell.tier());
    }

    private static boolean is(@Nullable String wanted, String value) {
        return wanted == null || wanted.equals(value);
    }

    private static List<GroupBy> groupBy(Query query) {
        List<GroupBy> all = new ArrayList<>();
        for (String name : query.list("group_by")) {
            GroupBy by =
                    GroupBy.parse(name)
                            .orElseThrow(
                                    () ->
                                            new ProblemException(
                                                    Problem.outsideSet(
                                                            "query",
                                                            "group_by",
                                                            name,
                                                            GroupBy.EXPECTED)));
            if (all.contains(by)) {
                throw Query.invalid("query", "group_by", name, "each at most once");
            }
            all.add(by);
        }
        if (all.stream().filter(GroupBy::isTime).count() > 1) {
            throw Query.invalid(
                    "query", "group_by", names(all), "at most one of hour, day, week and month");
        }
        return all;
    }

    private static String names(List<GroupBy> all) {
        return all.stream().map(GroupBy::wireName).collect(Collectors.joining(","));
    }
}
