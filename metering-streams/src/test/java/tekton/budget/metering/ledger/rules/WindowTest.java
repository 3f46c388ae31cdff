package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tekton.budget.ledger.Period;

import java.time.Instant;
import java.time.ZoneId;

class WindowTest {

    @ParameterizedTest
    @CsvSource({
        // Wednesday
        "HOURLY, UTC, 2025-05-07T10:15:00Z, 2025-05-07T10:00:00Z, 2025-05-07T11:00:00Z",
        "HOURLY, UTC, 2025-05-07T10:00:00Z, 2025-05-07T10:00:00Z, 2025-05-07T11:00:00Z",
        "DAILY, UTC, 2025-05-07T23:59:59.999Z, 2025-05-07T00:00:00Z, 2025-05-08T00:00:00Z",
        "DAILY, Europe/Berlin, 2025-05-07T22:00:00Z, 2025-05-07T22:00:00Z, 2025-05-08T22:00:00Z",
        // A week begins on Monday; Sunday is its last day.
        "WEEKLY, UTC, 2025-05-05T00:00:00Z, 2025-05-05T00:00:00Z, 2025-05-12T00:00:00Z",
        "WEEKLY, UTC, 2025-05-11T23:59:59Z, 2025-05-05T00:00:00Z, 2025-05-12T00:00:00Z",
        "WEEKLY, America/New_York, 2025-05-12T03:59:59Z, 2025-05-05T04:00:00Z,"
                + " 2025-05-12T04:00:00Z",
        "MONTHLY, UTC, 2024-02-29T12:00:00Z, 2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z",
        "MONTHLY, UTC, 2025-12-31T23:00:00Z, 2025-12-01T00:00:00Z, 2026-01-01T00:00:00Z",
        // Clocks go forward on 30 March 2025 in Berlin: that day has 23 hours.
        "DAILY, Europe/Berlin, 2025-03-30T12:00:00Z, 2025-03-29T23:00:00Z, 2025-03-30T22:00:00Z",
        "HOURLY, Europe/Berlin, 2025-03-30T01:30:00Z, 2025-03-30T01:00:00Z, 2025-03-30T02:00:00Z",
        // And back on 26 October: that day has 25, two of them called two o'clock.
        "DAILY, Europe/Berlin, 2025-10-26T12:00:00Z, 2025-10-25T22:00:00Z, 2025-10-26T23:00:00Z",
        "HOURLY, Europe/Berlin, 2025-10-26T00:30:00Z, 2025-10-26T00:00:00Z, 2025-10-26T01:00:00Z",
        "HOURLY, Europe/Berlin, 2025-10-26T01:30:00Z, 2025-10-26T01:00:00Z, 2025-10-26T02:00:00Z",
        "WEEKLY, Europe/Berlin, 2025-03-30T12:00:00Z, 2025-03-23T23:00:00Z, 2025-03-30T22:00:00Z",
        "MONTHLY, Europe/Berlin, 2025-03-30T12:00:00Z, 2025-02-28T23:00:00Z, 2025-03-31T22:00:00Z",
        // There is no midnight on this day in Santiago: it begins at one.
        "DAILY, America/Santiago, 2025-09-07T12:00:00Z, 2025-09-07T04:00:00Z, 2025-09-08T03:00:00Z"
    })
    void shouldBeginAndEndInTheZone(
            Period period, String zone, Instant at, Instant start, Instant end) {
        assertThat(Window.of(period, ZoneId.of(zone), at.toEpochMilli()))
                .isEqualTo(new Window(start.toEpochMilli(), end.toEpochMilli()));
    }
}
