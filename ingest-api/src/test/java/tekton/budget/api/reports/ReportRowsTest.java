package tekton.budget.api.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import tekton.budget.api.FakeTotals;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.TimeWindow;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.ContextPartTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.value.Tier;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

class ReportRowsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId KOLKATA = ZoneId.of("Asia/Kolkata");

    @Test
    void shouldTellTheTwoHoursApartThatAClockShowsTwice() {
        ReportRows rows = new ReportRows(request(GroupBy.HOUR));
        add(rows, "c", "2026-10-25T00:30:00Z", 1);
        add(rows, "c", "2026-10-25T01:30:00Z", 2);
        add(rows, "c", "2026-10-25T01:59:59Z", 4);

        assertThat(shown(rows))
                .containsExactly("[2026-10-25T02:00:00+02:00] 1", "[2026-10-25T02:00:00+01:00] 6");
    }

    @Test
    void shouldCutDaysWeeksAndMonthsWhereTheZoneDoes() {
        for (GroupBy by : List.of(GroupBy.DAY, GroupBy.WEEK, GroupBy.MONTH)) {
            ReportRows rows = new ReportRows(request(by, GroupBy.COMPONENT));
            add(rows, "a", "2026-11-01T22:59:59Z", 1);
            add(rows, "b", "2026-11-01T22:59:59Z", 2);
            add(rows, "a", "2026-11-01T23:00:00Z", 4);
            add(rows, "a", "2026-10-31T23:00:00Z", 8);
            add(rows, "a", "2026-10-31T22:59:59Z", 16);
            assertThat(shown(rows))
                    .isEqualTo(
                            switch (by) {
                                case DAY ->
                                        List.of(
                                                "[2026-10-31, a] 16",
                                                "[2026-11-01, a] 9",
                                                "[2026-11-01, b] 2",
                                                "[2026-11-02, a] 4");
                                case WEEK ->
                                        List.of(
                                                "[2026-10-26, a] 25",
                                                "[2026-10-26, b] 2",
                                                "[2026-11-02, a] 4");
                                default ->
                                        List.of(
                                                "[2026-10, a] 16",
                                                "[2026-11, a] 13",
                                                "[2026-11, b] 2");
                            });
        }
    }

    /** Midnight there is half past six in the evening in UTC. */
    @Test
    void shouldTellHoursAndDaysApartInZonesOffTheWholeHour() {
        ReportRows hours = new ReportRows(request(KOLKATA, GroupBy.HOUR));
        ReportRows days = new ReportRows(request(KOLKATA, GroupBy.DAY));
        for (ReportRows rows : List.of(hours, days)) {
            add(rows, "c", "2026-05-01T17:30:00Z", 1);
            add(rows, "c", "2026-05-01T18:29:59.999Z", 2);
            add(rows, "c", "2026-05-01T18:30:00Z", 4);
        }

        assertThat(shown(hours))
                .containsExactly("[2026-05-01T23:00:00+05:30] 3", "[2026-05-02T00:00:00+05:30] 4");
        assertThat(shown(days)).containsExactly("[2026-05-01] 3", "[2026-05-02] 4");
    }

    @Test
    void shouldRefuseWhatATimeInTheZoneCutsAndNeverGuess() {
        for (GroupBy by : List.of(GroupBy.HOUR, GroupBy.DAY)) {
            ReportRows rows = new ReportRows(request(KOLKATA, by));
            assertThatThrownBy(() -> addHour(rows, "2026-05-01T18:29:59Z", "2026-05-01T18:30:00Z"))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("zone: \"Asia/Kolkata\"")
                    .hasMessageContaining("2026-05-01T18:29:59Z to 2026-05-01T18:30:00Z");
        }
        ReportRows whole = new ReportRows(request(KOLKATA, GroupBy.COMPONENT));
        addHour(whole, "2026-05-01T18:29:59Z", "2026-05-01T18:30:00Z");
        assertThat(shown(whole)).containsExactly("[c] 2");
    }

    private static void addHour(ReportRows rows, String first, String last) {
        rows.addCell(
                null,
                cell("c"),
                FakeTotals.totals(1, 0, "0", 1, Instant.parse(first).toEpochMilli())
                        .plus(FakeTotals.totals(1, 0, "0", 1, Instant.parse(last).toEpochMilli())));
    }

    @Test
    void shouldRefuseARowTooManyAndNeverCut() {
        ReportRows rows = new ReportRows(request(GroupBy.COMPONENT), 2, 100);
        add(rows, "a", "2026-05-01T10:00:00Z", 1);
        add(rows, "b", "2026-05-01T10:00:00Z", 1);
        add(rows, "a", "2026-05-01T11:00:00Z", 1);
        assertThatThrownBy(() -> add(rows, "c", "2026-05-01T11:00:00Z", 1))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("more than 2 rows")
                .hasMessageContaining("a shorter window");
    }

    @Test
    void shouldRefuseToSumWithoutAnEnd() {
        ReportRows rows = new ReportRows(request(), 2, 2);
        add(rows, "a", "2026-05-01T10:00:00Z", 1);
        add(rows, "a", "2026-05-01T10:00:00Z", 1);
        assertThatThrownBy(() -> add(rows, "a", "2026-05-01T11:00:00Z", 1))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("more than 2 hourly totals");
    }

    @Test
    void shouldShowTheLargestOnlyWhenAskedFor() {
        ReportRows rows = new ReportRows(request(GroupBy.COMPONENT));
        add(rows, "a", "2026-05-01T10:00:00Z", 1);
        add(rows, "b", "2026-05-01T10:00:00Z", 4);
        add(rows, "c", "2026-05-01T10:00:00Z", 4);
        add(rows, "d", "2026-05-01T10:00:00Z", 2);
        rows.onlyLargest(TopBy.TOKENS, 3);

        assertThat(shown(rows)).containsExactly("[b] 4", "[c] 4", "[d] 2");
        assertThat(rows.size()).isEqualTo(4);
    }

    @Test
    void shouldTellHoursOfAContextApartAndShowWhatIsNotToldApart() {
        assertThat(parts(request(GroupBy.CONTEXT, GroupBy.MODEL)))
                .containsExactly("[c1, m] 3", "[c1, n] 4", "[c1, other] 8", "[c2, m] 16");
        assertThat(parts(request(GroupBy.BUDGET, GroupBy.CONTEXT)))
                .containsExactly("[.other, c1] 8", "[b, c1] 7", "[b, c2] 16");
        assertThat(parts(request(GroupBy.CONTEXT, GroupBy.USER)))
                .as("without what nobody has used")
                .containsExactly("[c1, .other] 8", "[c1, ann] 6", "[c2, bob] 16");
        assertThat(parts(filtered("m", null, GroupBy.CONTEXT)))
                .containsExactly("[c1] 3", "[c2] 16");
        assertThat(parts(filtered(null, "ann", GroupBy.CONTEXT, GroupBy.MODEL)))
                .containsExactly("[c1, m] 2", "[c1, n] 4");
        assertThat(request(GroupBy.CONTEXT, GroupBy.DAY).tellsParts()).isFalse();
        assertThat(filtered("m", null, GroupBy.CONTEXT).tellsParts()).isTrue();
    }

    private static List<String> parts(ReportRequest request) {
        ReportRows rows = new ReportRows(request);
        Cell m = new Cell("b", "c", "p", "m", Tier.LOCAL_MIDWEIGHT, "t");
        Cell n = new Cell("b", "c", "p", "n", Tier.LOCAL_MIDWEIGHT, "t");
        part(rows, "c1", m, null, 1);
        part(rows, "c1", m, "ann", 2);
        part(rows, "c1", n, "ann", 4);
        part(rows, "c1", null, null, 8);
        part(rows, "c2", m, "bob", 16);
        assertThat(request.tellsParts()).isTrue();
        return shown(rows);
    }

    private static void part(
            ReportRows rows,
            String contextId,
            @Nullable Cell cell,
            @Nullable String userId,
            long tokens) {
        long atMs = Instant.parse("2026-05-01T10:00:00Z").toEpochMilli();
        rows.addPart(
                new ContextPartTotals(
                        contextId, cell, userId, FakeTotals.totals(tokens, 0, "0", 1, atMs)));
    }

    private static ReportRequest filtered(
            @Nullable String model, @Nullable String userId, GroupBy... by) {
        ReportRequest all = request(by);
        return new ReportRequest(
                all.groupBy(), all.window(), null, null, userId, null, null, model, null, null);
    }

    private static ReportRequest request(GroupBy... by) {
        return request(BERLIN, by);
    }

    private static ReportRequest request(ZoneId zone, GroupBy... by) {
        TimeWindow window =
                new TimeWindow(
                        Instant.parse("2026-01-01T00:00:00Z").atZone(zone),
                        Instant.parse("2026-12-01T00:00:00Z").atZone(zone));
        return new ReportRequest(
                List.of(by), window, null, null, null, null, null, null, null, null);
    }

    private static void add(ReportRows rows, String component, String at, long tokens) {
        rows.addCell(
                null,
                cell(component),
                FakeTotals.totals(tokens, 0, "0", 1, Instant.parse(at).toEpochMilli()));
    }

    private static Cell cell(String component) {
        return new Cell("b", component, "p", "m", Tier.LOCAL_MIDWEIGHT, "t");
    }

    private static List<String> shown(ReportRows rows) {
        List<String> shown = new ArrayList<>();
        rows.inOrder()
                .forEach(row -> shown.add(row.values() + " " + row.totals().tokens().input()));
        return shown;
    }
}
