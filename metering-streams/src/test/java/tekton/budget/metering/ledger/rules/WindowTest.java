package tekton.budget.metering.ledger.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import tekton.budget.ledger.Period;
import tekton.budget.value.CellWidth;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

class WindowTest {

    private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = MADE.plus(Duration.ofDays(400));

    /** Longer than the longest window. */
    private static final Duration MARGIN = Duration.ofDays(40);

    /** All that decides about the windows and cells of these days. */
    private record Clocks(
            Optional<CellWidth> width, ZoneOffset first, List<ZoneOffsetTransition> changes) {

        static Clocks of(String zone) {
            ZoneRules rules = ZoneId.of(zone).getRules();
            List<ZoneOffsetTransition> changes =
                    Stream.iterate(
                                    rules.nextTransition(MADE.minus(MARGIN)),
                                    change ->
                                            change != null
                                                    && change.getInstant()
                                                            .isBefore(END.plus(MARGIN)),
                                    change -> rules.nextTransition(change.getInstant()))
                            .toList();
            return new Clocks(
                    CellWidth.ofBudget(zone, MADE.toEpochMilli()),
                    rules.getOffset(MADE.minus(MARGIN)),
                    changes);
        }
    }

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
        // Half an hour and three quarters off.
        "HOURLY, Asia/Kolkata, 2026-05-01T18:29:59Z, 2026-05-01T17:30:00Z, 2026-05-01T18:30:00Z",
        "DAILY, Asia/Kolkata, 2026-05-01T18:30:00Z, 2026-05-01T18:30:00Z, 2026-05-02T18:30:00Z",
        "WEEKLY, Asia/Kathmandu, 2026-05-03T18:14:59Z, 2026-04-26T18:15:00Z, 2026-05-03T18:15:00Z",
        "MONTHLY, Pacific/Chatham, 2026-04-01T00:00:00Z, 2026-03-31T10:15:00Z,"
                + " 2026-04-30T11:15:00Z",
        "DAILY, Australia/Adelaide, 2026-04-04T20:00:00Z, 2026-04-04T13:30:00Z,"
                + " 2026-04-05T14:30:00Z",
        "DAILY, America/St_Johns, 2026-03-08T12:00:00Z, 2026-03-08T03:30:00Z,"
                + " 2026-03-09T02:30:00Z",
        // Clocks of Lord Howe change by half an hour: 24.5 and 23.5 hours.
        "DAILY, Australia/Lord_Howe, 2026-04-04T20:00:00Z, 2026-04-04T13:00:00Z,"
                + " 2026-04-05T13:30:00Z",
        "DAILY, Australia/Lord_Howe, 2026-10-03T20:00:00Z, 2026-10-03T13:30:00Z,"
                + " 2026-10-04T13:00:00Z",
        "HOURLY, Australia/Lord_Howe, 2026-04-04T14:30:00Z, 2026-04-04T14:00:00Z,"
                + " 2026-04-04T15:00:00Z",
        "HOURLY, Australia/Lord_Howe, 2026-04-04T15:29:59Z, 2026-04-04T15:00:00Z,"
                + " 2026-04-04T15:30:00Z",
        "HOURLY, Australia/Lord_Howe, 2026-10-03T15:59:59Z, 2026-10-03T15:30:00Z,"
                + " 2026-10-03T16:00:00Z",
        // There is no midnight on this day in Santiago: it begins at one.
        "DAILY, America/Santiago, 2025-09-07T12:00:00Z, 2025-09-07T04:00:00Z, 2025-09-08T03:00:00Z"
    })
    void shouldBeginAndEndInTheZone(
            Period period, String zone, Instant at, Instant start, Instant end) {
        assertThat(Window.of(period, ZoneId.of(zone), at.toEpochMilli()))
                .isEqualTo(new Window(start.toEpochMilli(), end.toEpochMilli()));
    }

    /** Windows follow each other, hold their beginning, and are sums of cells: in every zone. */
    @ParameterizedTest
    @MethodSource("zones")
    void shouldTileTimeAndBeSumsOfTheCellsOfTheirZone(String zone) {
        CellWidth width = CellWidth.ofBudget(zone, MADE.toEpochMilli()).orElseThrow();
        ZoneId id = ZoneId.of(zone);
        Random random = new Random(zone.hashCode());
        TreeMap<Long, Long> records = new TreeMap<>();
        TreeMap<Long, Long> cells = new TreeMap<>();
        long end = END.toEpochMilli();
        for (int i = 0; i < 2_000; i++) {
            long atMs = random.nextLong(MADE.toEpochMilli(), end);
            records.merge(atMs, 1L << (i % 40), Long::sum);
            cells.merge(width.begin(atMs).startMs(), 1L << (i % 40), Long::sum);
        }
        for (Period period : List.of(Period.HOURLY, Period.DAILY, Period.WEEKLY, Period.MONTHLY)) {
            Window window = Window.of(period, id, MADE.toEpochMilli());
            while (window.startMs() < end) {
                assertThat(sum(cells, window)).as("%s", window).isEqualTo(sum(records, window));
                assertThat(Window.of(period, id, window.startMs())).isEqualTo(window);
                assertThat(Window.of(period, id, window.endMs() - 1)).isEqualTo(window);
                Window next = Window.of(period, id, window.endMs());
                assertThat(next.startMs()).isEqualTo(window.endMs());
                window = next;
            }
        }
    }

    /** One of each that keep the same time: an eighth of all. */
    static Stream<String> zones() {
        Map<Clocks, String> different = new LinkedHashMap<>();
        ZoneId.getAvailableZoneIds().stream()
                .sorted()
                .forEach(zone -> different.putIfAbsent(Clocks.of(zone), zone));
        return different.values().stream();
    }

    private static long sum(NavigableMap<Long, Long> amounts, Window window) {
        return amounts.subMap(window.startMs(), window.endMs()).values().stream()
                .mapToLong(n -> n)
                .sum();
    }
}
