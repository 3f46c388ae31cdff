package tekton.budget.api.totals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.api.FakeTotals;
import tekton.budget.api.http.ProblemException;
import tekton.budget.value.CellWidth;
import tekton.budget.value.Totals;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

class CalendarPeriodTest {

    @ParameterizedTest
    @CsvSource({
        // In UTC; the last millisecond of a window and the first of the next.
        "HOURLY, UTC, 2026-05-01T10:59:59.999Z, 2026-05-01T10:00:00Z, 2026-05-01T11:00:00Z",
        "HOURLY, UTC, 2026-05-01T11:00:00Z, 2026-05-01T11:00:00Z, 2026-05-01T12:00:00Z",
        "DAILY, UTC, 2026-05-01T23:59:59.999Z, 2026-05-01T00:00:00Z, 2026-05-02T00:00:00Z",
        // 1 May 2026 is a Friday; weeks begin on Monday, also on a Sunday and a Monday.
        "WEEKLY, UTC, 2026-05-01T12:00:00Z, 2026-04-27T00:00:00Z, 2026-05-04T00:00:00Z",
        "WEEKLY, UTC, 2026-05-03T23:59:59Z, 2026-04-27T00:00:00Z, 2026-05-04T00:00:00Z",
        "WEEKLY, UTC, 2026-05-04T00:00:00Z, 2026-05-04T00:00:00Z, 2026-05-11T00:00:00Z",
        "MONTHLY, UTC, 2026-02-28T23:00:00Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
        "MONTHLY, UTC, 2028-02-29T23:00:00Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
        "MONTHLY, UTC, 2026-12-31T23:00:00Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        // Berlin: 23 hours on 29 March 2026, 25 on 25 October.
        "DAILY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        "DAILY, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        "WEEKLY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
        "MONTHLY, Europe/Berlin, 2026-03-15T12:00:00Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
        // The hour that comes twice: first in summer time, then again in winter time.
        "HOURLY, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "HOURLY, Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        // Already tomorrow there.
        "DAILY, Asia/Tokyo, 2026-05-01T16:00:00Z, 2026-05-01T15:00:00Z, 2026-05-02T15:00:00Z",
        // A day that began at one o'clock, as the clocks went forward at midnight.
        "DAILY, Africa/Cairo, 2023-04-28T12:00:00Z, 2023-04-27T22:00:00Z, 2023-04-28T21:00:00Z",
    })
    void shouldBeginAndEndWhereTheZoneSays(
            CalendarPeriod period, String zone, Instant at, Instant from, Instant to) {
        TimeWindow window = period.around(at.atZone(ZoneId.of(zone)));

        assertThat(window.from().toInstant()).isEqualTo(from);
        assertThat(window.to().toInstant()).isEqualTo(to);
        assertThat(window.cells()).contains(CellWidth.HOUR);
    }

    /** Kolkata is half an hour off, Kathmandu three quarters, Lord Howe only in winter. */
    @ParameterizedTest
    @CsvSource({
        "Asia/Kolkata, 2026-05-01T00:00:00Z, HALF_HOUR",
        "Asia/Kathmandu, 2026-05-01T00:00:00Z, QUARTER_HOUR",
        "Australia/Lord_Howe, 2026-01-15T00:00:00Z, HOUR",
        "Australia/Lord_Howe, 2026-07-15T00:00:00Z, HALF_HOUR",
        "Australia/Lord_Howe, 2026-04-05T00:00:00Z, HALF_HOUR",
        "+05:17, 2026-04-05T00:00:00Z,",
        "UTC, 2026-05-01T00:00:00Z, HOUR"
    })
    void shouldKnowZonesOffTheWholeHour(String zone, Instant at, CellWidth cells) {
        TimeWindow month = CalendarPeriod.MONTHLY.around(at.atZone(ZoneId.of(zone)));

        assertThat(month.cells()).isEqualTo(Optional.ofNullable(cells));
    }

    @Test
    void shouldNameBucketsByEpochMinutes() {
        TimeWindow hour = CalendarPeriod.HOURLY.around(ZonedDateTime.parse("1970-01-02T01:30:00Z"));

        assertThat(hour.fromHour().value()).isEqualTo(1_500);
        assertThat(hour.untilMinute().value()).isEqualTo(1_560);

        TimeWindow inKolkata =
                CalendarPeriod.HOURLY.around(
                        Instant.parse("1970-01-02T01:30:00Z").atZone(ZoneId.of("Asia/Kolkata")));

        assertThat(inKolkata.fromMinute().value()).isEqualTo(1_530);
        assertThat(inKolkata.fromHour().value()).isEqualTo(1_500);
        assertThat(inKolkata.untilMinute().value()).isEqualTo(1_590);
    }

    @Test
    void shouldWidenToTheHoursOfTheZone() {
        ZonedDateTime full = ZonedDateTime.parse("2026-05-01T10:00:00+05:30[Asia/Kolkata]");

        assertThat(new TimeWindow(full, full.plusHours(1)).widenedToHours())
                .isEqualTo(new TimeWindow(full, full.plusHours(1)));
        assertThat(new TimeWindow(full.minusNanos(1), full.plusNanos(1)).widenedToHours())
                .isEqualTo(new TimeWindow(full.minusHours(1), full.plusHours(1)));
    }

    @Test
    void shouldTakeWhatLiesInItAndNothingThatItCuts() {
        ZonedDateTime midnight = ZonedDateTime.parse("2026-05-01T00:00:00+05:30[Asia/Kolkata]");
        TimeWindow day = new TimeWindow(midnight, midnight.plusDays(1));
        long begin = midnight.toInstant().toEpochMilli();
        long end = day.to().toInstant().toEpochMilli();

        assertThat(day.takes(used(begin, begin + 60_000))).isTrue();
        assertThat(day.takes(used(end - 60_000, end - 1))).isTrue();
        assertThat(day.takes(used(begin - 60_000, begin - 1))).isFalse();
        assertThat(day.takes(used(end, end + 60_000))).isFalse();
        for (long edge : new long[] {begin, end}) {
            assertThatThrownBy(() -> day.takes(used(edge - 1, edge)))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(
                            "zone: \"Asia/Kolkata\" (expected: a zone whole hours from");
        }
    }

    private static Totals used(long firstMs, long lastMs) {
        return FakeTotals.totals(1, 0, "0", 1, firstMs)
                .plus(FakeTotals.totals(1, 0, "0", 1, lastMs));
    }

    @Test
    void shouldWidenToWholeHoursOnlyWhereNeeded() {
        ZonedDateTime full = Instant.parse("2026-05-01T10:00:00Z").atZone(ZoneOffset.UTC);

        assertThat(new TimeWindow(full, full.plusHours(1)).widenedToHours())
                .isEqualTo(new TimeWindow(full, full.plusHours(1)));
        assertThat(
                        new TimeWindow(full.plusNanos(1), full.plusHours(1).plusNanos(1))
                                .widenedToHours())
                .isEqualTo(new TimeWindow(full, full.plusHours(2)));
    }
}
