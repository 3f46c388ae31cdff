package tekton.budget.api.totals;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * A span of time as Tekton's clients send it: by a period, or by times to the microsecond.
 *
 * @param where the part of the request that names it
 * @param begin the name of its begin there
 * @param end the name of its end
 */
public record WindowParameters(String where, String begin, String end) {

    /**
     * Given times win over the period's present window. They are widened to the zone's hours,
     * because clients send their clock's present instant, and the answer says which hours were
     * summed. An end alone begins with the period that it ends in; without an end it is now.
     *
     * @param zone of periods, and of the window
     * @param local of dates and times without an offset
     */
    public TimeWindow around(
            CalendarPeriod period,
            @Nullable String from,
            @Nullable String to,
            ZoneId zone,
            ZoneId local,
            Instant now) {
        ZonedDateTime until =
                (to == null ? now.atZone(zone) : parsed(end, to, Times.end(to, local)))
                        .withZoneSameInstant(zone);
        if (from == null && to == null) {
            return period.around(until);
        }
        ZonedDateTime since =
                from == null
                        ? period.around(until.minusNanos(1)).from()
                        : parsed(begin, from, Times.begin(from, local)).withZoneSameInstant(zone);
        if (!since.isBefore(until)
                || Duration.between(since, until).compareTo(Times.RANGE_MAX) > 0) {
            throw Query.invalid(
                    where,
                    end,
                    TimeWindow.iso(until),
                    "after %s, %s, and at most %d days later"
                            .formatted(begin, TimeWindow.iso(since), Times.RANGE_MAX.toDays()));
        }
        return new TimeWindow(since, until).widenedToHours();
    }

    private ZonedDateTime parsed(String name, String text, Optional<ZonedDateTime> time) {
        return time.orElseThrow(() -> Query.invalid(where, name, text, Times.EXPECTED));
    }
}
