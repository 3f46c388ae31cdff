package tekton.budget.api.totals;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.Dimension;
import tekton.budget.value.CellWidth;
import tekton.budget.value.UsageBounds;
import tekton.budget.value.ZoneHour;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the times of a request: instants, dates, zones, and the window they span. Pure. */
public final class Times {

    /** The longest window that may be asked for: as far back as hours are kept at all. */
    static final Duration RANGE_MAX = Duration.ofDays(400);

    public static final String EXPECTED = "a date or an ISO-8601 time such as 2026-05-01T10:00:00Z";

    private static final Pattern LOCAL =
            Pattern.compile("[0-9-]{10}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?");

    private Times() {}

    /** A zone by its IANA name or offset; UTC when absent. */
    public static ZoneId zone(@Nullable String name) {
        if (name == null) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw Query.invalid("query", "zone", name, "an IANA zone such as Europe/Berlin");
        }
    }

    /** The zone that a request names for its times, or else the one that callers live in. */
    public static ZoneId zoneOr(@Nullable String name, ZoneId local) {
        return name == null ? local : zone(name);
    }

    /** When something begins: a date is its first instant. Empty when it is not a time. */
    public static Optional<ZonedDateTime> begin(String text, ZoneId zone) {
        return isDate(text) ? date(text).map(d -> d.atStartOfDay(zone)) : time(text, zone);
    }

    /** When something ends: a date is included whole. Empty when it is not a time. */
    public static Optional<ZonedDateTime> end(String text, ZoneId zone) {
        return isDate(text)
                ? date(text).map(d -> d.plusDays(1).atStartOfDay(zone))
                : time(text, zone);
    }

    /**
     * The window of a totals query, or null when it asks for all time.
     *
     * @param now for periods, for a range without an end, and for how far back hours are kept
     * @param local where callers live: the zone of times without an offset, if none is named. A
     *     date is a day of the window's own zone
     */
    public static @Nullable TimeWindow window(
            Query query, Dimension dimension, Instant now, ZoneId local) {
        CalendarPeriod period =
                query.oneOf("period", CalendarPeriod::parse, CalendarPeriod.EXPECTED);
        String from = query.text("from");
        String to = query.text("to");
        ZoneId zone = zone(query.text("zone"));
        if (period == null && from == null && to == null) {
            return null;
        }
        TimeWindow window;
        if (period != null) {
            if (from != null || to != null) {
                throw Query.invalid(
                        "query", "period", period.wireName(), "either period or from and to");
            }
            window = period.around(now.atZone(zone));
        } else {
            window = range(from, to, zone, zoneOr(query.text("zone"), local), now);
            if (dimension.isShort()) {
                checkKept(window, now);
            }
        }
        return checked(window);
    }

    /** All UTC hours that are kept, until the end of the present one. */
    public static TimeWindow kept(Query query, Dimension dimension, Instant now) {
        ZoneId zone = zone(query.text("zone"));
        Instant end = now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
        Duration age = dimension.isShort() ? UsageBounds.AGE_MAX : RANGE_MAX;
        return checked(new TimeWindow(end.minus(age).atZone(zone), end.atZone(zone)));
    }

    /** The window itself, if what is kept may add up to spans of time in its zone; else a 422. */
    public static TimeWindow checked(TimeWindow window) {
        cells(window);
        return window;
    }

    private static CellWidth cells(TimeWindow window) {
        return window.cells()
                .orElseThrow(
                        () ->
                                Query.invalid(
                                        "query",
                                        "zone",
                                        window.zone().getId(),
                                        "a zone whole quarters of an hour from UTC"));
    }

    private static TimeWindow range(
            @Nullable String from, @Nullable String to, ZoneId zone, ZoneId local, Instant now) {
        if (from == null) {
            throw Query.invalid("query", "from", "missing", EXPECTED);
        }
        ZonedDateTime begin =
                begin(from, isDate(from) ? zone : local)
                        .orElseThrow(() -> Query.invalid("query", "from", from, EXPECTED))
                        .withZoneSameInstant(zone);
        ZonedDateTime end =
                to == null
                        ? ZoneHour.end(now.atZone(zone))
                        : end(to, isDate(to) ? zone : local)
                                .orElseThrow(() -> Query.invalid("query", "to", to, EXPECTED))
                                .withZoneSameInstant(zone);
        TimeWindow window = new TimeWindow(begin, end);
        if (!begin.isBefore(end) || Duration.between(begin, end).compareTo(RANGE_MAX) > 0) {
            throw Query.invalid(
                    "query",
                    "to",
                    TimeWindow.iso(end),
                    "after from, %s, and at most %d days later"
                            .formatted(TimeWindow.iso(begin), RANGE_MAX.toDays()));
        }
        CellWidth cells = cells(window);
        if (!cells.beginsAt(begin.toInstant()) || !cells.beginsAt(end.toInstant())) {
            throw Query.invalid(
                    "query",
                    "from",
                    TimeWindow.iso(begin) + " to " + TimeWindow.iso(end),
                    switch (cells) {
                        case HOUR -> "times on the full UTC hour: totals are kept by the hour";
                        case HALF_HOUR -> "times on the full or half UTC hour";
                        case QUARTER_HOUR -> "times on a full quarter of an hour";
                    });
        }
        return window;
    }

    private static void checkKept(TimeWindow window, Instant now) {
        Instant earliest = now.minus(UsageBounds.AGE_MAX).truncatedTo(ChronoUnit.HOURS);
        if (window.from().toInstant().isBefore(earliest)) {
            throw Query.invalid(
                    "query",
                    "from",
                    TimeWindow.iso(window.from()),
                    "not before %s: the hours of a context or user are kept %d days"
                            .formatted(earliest, UsageBounds.AGE_MAX.toDays()));
        }
    }

    /** True for the length of a date. */
    static boolean isDate(String text) {
        return text.length() == 10;
    }

    private static Optional<LocalDate> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text)).filter(d -> inRange(d.getYear()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<ZonedDateTime> time(String text, ZoneId zone) {
        try {
            // A plus sign that was not percent-encoded arrives as a space.
            String iso = text.replace(' ', text.indexOf('T') >= 0 ? '+' : 'T');
            boolean local = LOCAL.matcher(iso).matches();
            ZonedDateTime time =
                    local
                            ? LocalDateTime.parse(iso).atZone(zone)
                            : OffsetDateTime.parse(iso).atZoneSameInstant(zone);
            return Optional.of(time).filter(t -> inRange(t.getYear()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static boolean inRange(int year) {
        return year >= 1970 && year <= 9999;
    }
}
