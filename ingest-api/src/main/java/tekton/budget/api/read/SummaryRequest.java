package tekton.budget.api.read;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.problem.Problem;
import tekton.budget.api.problem.ProblemException;
import tekton.budget.api.problem.ProblemType;
import tekton.budget.event.HandOver.Cell;
import tekton.budget.value.UsageBounds;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
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

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * The request that a body makes.
     *
     * @throws ProblemException 422 or 400 if it makes none
     */
    static SummaryRequest parse(byte[] body, Instant now) {
        JsonNode json = object(body);
        String name = text(json, "period", "period");
        if (name == null) {
            throw Query.invalid("body", "period", "missing", Period.EXPECTED);
        }
        Period period =
                Period.parse(name)
                        .orElseThrow(
                                () ->
                                        new ProblemException(
                                                Problem.outsideSet(
                                                        "body", "period", name, Period.EXPECTED)));
        return new SummaryRequest(
                period,
                window(
                        period,
                        text(json, "start_time", "startTime"),
                        text(json, "end_time", "endTime"),
                        now),
                days(json),
                text(json, "budget_id", "budgetId"),
                text(json, "provider", "provider"),
                text(json, "component", "component"),
                text(json, "model", "model"),
                text(json, "task_type", "taskType"));
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

    private static JsonNode object(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isObject()) {
                return json;
            }
        } catch (JacksonException notJson) {
            // Said below.
        }
        throw new ProblemException(
                Problem.of(ProblemType.INVALID_REQUEST, "body: not a JSON object"));
    }

    private static int days(JsonNode json) {
        JsonNode days = json.path("days");
        if (days.isMissingNode() || days.isNull()) {
            return DAYS_DEFAULT;
        }
        if (!days.isIntegralNumber()
                || !days.canConvertToInt()
                || days.intValue() < 1
                || days.intValue() > DAYS_MAX) {
            throw Query.invalid("body", "days", days.toString(), "an integer 1 to " + DAYS_MAX);
        }
        return days.intValue();
    }

    private static @Nullable String text(JsonNode json, String name, String camelName) {
        JsonNode node = json.has(name) ? json.path(name) : json.path(camelName);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isString() || node.stringValue().length() > UsageBounds.ID_LENGTH_MAX) {
            throw Query.invalid(
                    "body",
                    name,
                    node.toString(),
                    "text of at most %d characters".formatted(UsageBounds.ID_LENGTH_MAX));
        }
        return node.stringValue().isEmpty() ? null : node.stringValue();
    }
}
