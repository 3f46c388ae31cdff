package tekton.budget.api.read;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.problem.ProblemException;
import tekton.budget.api.wire.JsonBodies;
import tekton.budget.event.HandOver.Cell;
import tekton.budget.serde.JsonFields;
import tekton.budget.value.UsageBounds;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

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

    /**
     * The request that a body makes.
     *
     * @throws ProblemException 422 or 400 if it makes none
     */
    static SummaryRequest of(JsonFields fields, Instant now) {
        Period period =
                fields.requiredOneOf("period", Period::parse, Period::wireName, Period.EXPECTED);
        String start = text(fields, "start_time");
        String end = text(fields, "end_time");
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
                window(checked, start, end, now),
                days == null ? DAYS_DEFAULT : days.intValue(),
                budgetId,
                provider,
                component,
                model,
                taskType);
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

    /**
     * Given times win over the period's present window. They are widened to whole hours, because
     * clients send their clock's present instant, and the answer says which hours were summed.
     */
    private static Window window(
            Period period, @Nullable String start, @Nullable String end, Instant now) {
        ZonedDateTime until =
                end == null
                        ? now.atZone(ZoneOffset.UTC)
                        : time("end_time", end, Times.end(end, ZoneOffset.UTC));
        if (start == null && end == null) {
            return period.around(until);
        }
        ZonedDateTime since =
                start == null
                        ? period.around(until.minusNanos(1)).from()
                        : time("start_time", start, Times.begin(start, ZoneOffset.UTC));
        Window window = new Window(since, until);
        if (!since.isBefore(until)
                || Duration.between(since, until).compareTo(Times.RANGE_MAX) > 0) {
            throw Query.invalid(
                    "body",
                    "end_time",
                    Window.iso(until),
                    "after start_time, %s, and at most %d days later"
                            .formatted(Window.iso(since), Times.RANGE_MAX.toDays()));
        }
        return window.widenedToHours();
    }

    private static ZonedDateTime time(String name, String text, Optional<ZonedDateTime> parsed) {
        return parsed.orElseThrow(() -> Query.invalid("body", name, text, Times.EXPECTED));
    }

    private static @Nullable String text(JsonFields fields, String name) {
        return fields.text(name, UsageBounds.ID_LENGTH_MAX);
    }
}
