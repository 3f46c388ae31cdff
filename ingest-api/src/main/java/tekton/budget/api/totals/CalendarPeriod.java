package tekton.budget.api.totals;

import tekton.budget.value.ZoneHour;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;

/** Calendar periods; each begins at its first instant in a zone and lasts until the next begins. */
public enum CalendarPeriod {
    HOURLY,
    DAILY,
    WEEKLY,
    MONTHLY;

    public static final String EXPECTED = "hourly, daily, weekly or monthly";

    /** The period of that name in any case. */
    public static Optional<CalendarPeriod> parse(String text) {
        for (CalendarPeriod period : values()) {
            if (period.name().equalsIgnoreCase(text)) {
                return Optional.of(period);
            }
        }
        return Optional.empty();
    }

    /** The name on the wire: lower case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The period that an instant lies in; weeks begin on Monday. */
    TimeWindow around(ZonedDateTime at) {
        ZonedDateTime day = at.toLocalDate().atStartOfDay(at.getZone());
        return switch (this) {
            case HOURLY -> new TimeWindow(ZoneHour.begin(at), ZoneHour.end(at));
            case DAILY -> new TimeWindow(day, midnight(day, 1));
            case WEEKLY -> {
                ZonedDateTime monday =
                        at.toLocalDate()
                                .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                                .atStartOfDay(at.getZone());
                yield new TimeWindow(monday, midnight(monday, 7));
            }
            case MONTHLY -> {
                ZonedDateTime first = at.toLocalDate().withDayOfMonth(1).atStartOfDay(at.getZone());
                yield new TimeWindow(first, midnight(first, first.toLocalDate().lengthOfMonth()));
            }
        };
    }

    /** By dates, not by hours: a day may have 23 or 25. */
    private static ZonedDateTime midnight(ZonedDateTime day, int daysLater) {
        return day.toLocalDate().plusDays(daysLater).atStartOfDay(day.getZone());
    }
}
