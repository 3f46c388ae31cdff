package tekton.budget.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

class CellWidthTest {

    private static final Instant MADE = Instant.parse("2026-05-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "UTC, HOUR",
        "Europe/Berlin, HOUR",
        "America/New_York, HOUR",
        "+14:00, HOUR",
        "Asia/Tehran, HALF_HOUR",
        "Asia/Kabul, HALF_HOUR",
        "Asia/Kolkata, HALF_HOUR",
        "+05:30, HALF_HOUR",
        "Asia/Yangon, HALF_HOUR",
        "Australia/Darwin, HALF_HOUR",
        "Australia/Adelaide, HALF_HOUR",
        "America/St_Johns, HALF_HOUR",
        "Pacific/Marquesas, HALF_HOUR",
        // Its clocks change by half an hour: whole hours from UTC in summer alone.
        "Australia/Lord_Howe, HALF_HOUR",
        "Asia/Kathmandu, QUARTER_HOUR",
        "Australia/Eucla, QUARTER_HOUR",
        "Pacific/Chatham, QUARTER_HOUR",
        "+05:17,",
        "-00:00:30,",
        "Mars/Base,"
    })
    void shouldBeTheWidestThatTheZoneAllows(String zone, CellWidth width) {
        assertThat(CellWidth.ofBudget(zone, MADE.toEpochMilli()))
                .isEqualTo(Optional.ofNullable(width));
    }

    /** Pyongyang was half an hour behind from August 2015 to May 2018. */
    @ParameterizedTest
    @CsvSource({
        "2014-01-01T00:00:00Z, HALF_HOUR",
        "2018-05-06T00:00:00Z, HALF_HOUR",
        "2019-05-05T00:00:00Z, HALF_HOUR",
        "2019-07-01T00:00:00Z, HOUR"
    })
    void shouldHeedWhatWasTheOffsetUntilFourHundredDaysBefore(Instant made, CellWidth width) {
        assertThat(CellWidth.ofBudget("Asia/Pyongyang", made.toEpochMilli())).contains(width);
    }

    @Test
    void shouldFitEveryZoneThatThereIs() {
        assertThat(ZoneId.getAvailableZoneIds())
                .allSatisfy(
                        zone ->
                                assertThat(CellWidth.ofBudget(zone, MADE.toEpochMilli()))
                                        .as(zone)
                                        .isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "Australia/Lord_Howe, 2026-01-01T00:00:00Z, 2026-02-01T00:00:00Z, HOUR",
        "Australia/Lord_Howe, 2026-01-01T00:00:00Z, 2026-04-04T15:00:00Z, HALF_HOUR",
        "Australia/Lord_Howe, 2026-01-01T00:00:00Z, 2026-04-04T14:59:59Z, HOUR",
        "Europe/Berlin, 2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z, HOUR",
        // 44 minutes and a half behind until 1972.
        "Africa/Monrovia, 1971-01-01T00:00:00Z, 1971-02-01T00:00:00Z,"
    })
    void shouldFitTheOffsetsOfASpanOfTime(String zone, Instant from, Instant to, CellWidth width) {
        assertThat(CellWidth.between(ZoneId.of(zone), from, to))
                .isEqualTo(Optional.ofNullable(width));
    }

    @Test
    void shouldNameCellsByEpochMinutes() {
        long atMs = Instant.parse("1970-01-02T01:44:59.999Z").toEpochMilli();

        assertThat(CellWidth.HOUR.begin(atMs))
                .isEqualTo(new EpochMinute(1_500))
                .isEqualTo(EpochMinute.hourOf(atMs));
        assertThat(CellWidth.HALF_HOUR.begin(atMs).value()).isEqualTo(1_530);
        assertThat(CellWidth.QUARTER_HOUR.begin(atMs).value()).isEqualTo(1_530);
        assertThat(CellWidth.QUARTER_HOUR.begin(atMs + 1).value()).isEqualTo(1_545);
        assertThat(CellWidth.HALF_HOUR.begin(-1).value()).isEqualTo(-30);
        assertThat(CellWidth.HALF_HOUR.beginsAt(Instant.parse("2026-05-01T10:30:00Z"))).isTrue();
        assertThat(CellWidth.HOUR.beginsAt(Instant.parse("2026-05-01T10:30:00Z"))).isFalse();
        assertThat(CellWidth.HOUR.beginsAt(Instant.parse("2026-05-01T10:00:00.001Z"))).isFalse();
    }

    /** What clocks show, and the hours that they are told apart into. */
    @ParameterizedTest
    @CsvSource({
        "Asia/Kolkata, 2026-05-01T18:29:59Z, 2026-05-01T17:30:00Z, 2026-05-01T18:30:00Z",
        "Asia/Kathmandu, 2026-05-01T18:15:00Z, 2026-05-01T18:15:00Z, 2026-05-01T19:15:00Z",
        // Berlin shows two o'clock twice, an hour each.
        "Europe/Berlin, 2026-10-25T00:59:59Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        "Europe/Berlin, 2026-10-25T01:00:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        // Lord Howe goes back from two to half past one, and forward from two to half past two.
        "Australia/Lord_Howe, 2026-04-04T14:59:59Z, 2026-04-04T14:00:00Z, 2026-04-04T15:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T15:10:00Z, 2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
        "Australia/Lord_Howe, 2026-10-03T15:45:00Z, 2026-10-03T15:30:00Z, 2026-10-03T16:00:00Z",
        // Chatham goes forward at a quarter to three.
        "Pacific/Chatham, 2026-09-26T13:59:59Z, 2026-09-26T13:15:00Z, 2026-09-26T14:00:00Z",
        "Pacific/Chatham, 2026-09-26T14:00:00Z, 2026-09-26T14:00:00Z, 2026-09-26T14:15:00Z"
    })
    void shouldBeginHoursWhereClocksShowOneOrAreChanged(
            String zone, Instant at, Instant begin, Instant end) {
        ZonedDateTime there = at.atZone(ZoneId.of(zone));

        assertThat(ZoneHour.begin(there)).isEqualTo(begin.atZone(ZoneId.of(zone)));
        assertThat(ZoneHour.end(there)).isEqualTo(end.atZone(ZoneId.of(zone)));
    }
}
