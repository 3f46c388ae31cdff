package tekton.budget.api.reports;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.ContextPartTotals;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.ZoneHour;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** By what the rows of a report are told apart. */
enum GroupBy {
    BUDGET,
    COMPONENT,
    CONTEXT,
    USER,
    PROVIDER,
    MODEL,
    TIER,
    TASK_TYPE,
    HOUR,
    DAY,
    WEEK,
    MONTH;

    static final String EXPECTED =
            "budget, component, context, user, provider, model, tier, task_type, and one of hour,"
                    + " day, week and month; separated by commas";

    /** What stands for a budget or a user that is not told apart. No budget has that id. */
    private static final String OTHER_IDS = ".other";

    /** What stands for any other name that is not told apart. */
    private static final String OTHER = "other";

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The one of that name in any case. */
    static Optional<GroupBy> parse(String text) {
        return Arrays.stream(values()).filter(by -> by.wireName.equalsIgnoreCase(text)).findFirst();
    }

    /** Its name in requests, and that of its column. */
    String wireName() {
        return wireName;
    }

    boolean isTime() {
        return compareTo(HOUR) >= 0;
    }

    /** What a cell has of it; times, contexts and users are none of a cell's. */
    String of(Cell cell) {
        return switch (this) {
            case BUDGET -> cell.budgetId();
            case COMPONENT -> cell.component();
            case PROVIDER -> cell.provider();
            case MODEL -> cell.model();
            case TIER -> cell.tier().wireName();
            case TASK_TYPE -> cell.taskType();
            case CONTEXT, USER, HOUR, DAY, WEEK, MONTH ->
                    throw new IllegalStateException(wireName + ": not in a cell");
        };
    }

    /** What a part of a context's hour has of it, "other" where that is not told apart. */
    String of(ContextPartTotals part) {
        Cell cell = part.cell();
        String userId = part.userId();
        return switch (this) {
            case CONTEXT -> part.contextId();
            case USER -> userId == null ? OTHER_IDS : userId;
            case BUDGET -> cell == null ? OTHER_IDS : of(cell);
            default -> cell == null ? OTHER : of(cell);
        };
    }

    /**
     * Where the span of time begins that a time lies in, as a number that grows with time: the
     * zone's hour as epoch minutes, or the date as days since 1970.
     */
    long begin(EpochMinute minute, ZoneId zone) {
        ZonedDateTime at = at(minute.value(), zone);
        if (this == HOUR) {
            return Duration.ofSeconds(ZoneHour.begin(at).toEpochSecond()).toMinutes();
        }
        LocalDate date = at.toLocalDate();
        LocalDate first =
                switch (this) {
                    case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                    case MONTH -> date.withDayOfMonth(1);
                    default -> date;
                };
        return first.toEpochDay();
    }

    /** How a begin is shown: an hour with its offset, a date, or a month. */
    String shown(long begin, ZoneId zone) {
        return switch (this) {
            case HOUR -> DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at(begin, zone));
            case MONTH -> LocalDate.ofEpochDay(begin).toString().substring(0, "2026-05".length());
            default -> LocalDate.ofEpochDay(begin).toString();
        };
    }

    private static ZonedDateTime at(long minute, ZoneId zone) {
        return Instant.ofEpochSecond(Duration.ofMinutes(minute).toSeconds()).atZone(zone);
    }
}
