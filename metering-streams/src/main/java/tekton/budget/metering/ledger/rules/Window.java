package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Period;
import tekton.budget.value.ZoneHour;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;

/**
 * The window of a period that an instant falls into.
 *
 * @param startMs when it begins, epoch milliseconds
 * @param endMs when the next one begins
 */
public record Window(long startMs, long endMs) {

    /**
     * The window in a zone.
     *
     * @param period one of those that are windows
     * @param atMs epoch milliseconds
     */
    public static Window of(Period period, ZoneId zone, long atMs) {
        ZonedDateTime at = Instant.ofEpochMilli(atMs).atZone(zone);
        ZonedDateTime day = at.toLocalDate().atStartOfDay(zone);
        return switch (period) {
            case HOURLY -> between(ZoneHour.begin(at), ZoneHour.end(at));
            case DAILY -> between(day, day.toLocalDate().plusDays(1).atStartOfDay(zone));
            case WEEKLY -> {
                var monday =
                        day.toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                yield between(monday.atStartOfDay(zone), monday.plusWeeks(1).atStartOfDay(zone));
            }
            case MONTHLY -> {
                var first = day.toLocalDate().withDayOfMonth(1);
                yield between(first.atStartOfDay(zone), first.plusMonths(1).atStartOfDay(zone));
            }
            case PER_SESSION, PER_TASK ->
                    throw new IllegalArgumentException(period + " (expected: a window of time)");
        };
    }

    private static Window between(ZonedDateTime start, ZonedDateTime end) {
        return new Window(start.toInstant().toEpochMilli(), end.toInstant().toEpochMilli());
    }
}
