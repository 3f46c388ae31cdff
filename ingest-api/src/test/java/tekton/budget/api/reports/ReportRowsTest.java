package tekton.budget.api.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tekton.budget.api.FakeTotals;
import tekton.budget.api.problem.ProblemException;
import tekton.budget.api.read.Window;
import tekton.budget.event.HandOver.Cell;
import tekton.budget.value.Tier;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

class ReportRowsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

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

    private static ReportRequest request(GroupBy... by) {
        Window window =
                new Window(
                        Instant.parse("2026-01-01T00:00:00Z").atZone(BERLIN),
                        Instant.parse("2026-12-01T00:00:00Z").atZone(BERLIN));
        return new ReportRequest(List.of(by), window, null, null, null, null, null, null, null);
    }

    private static void add(ReportRows rows, String component, String at, long tokens) {
        rows.addCell(
                new Cell("b", component, "p", "m", Tier.LOCAL_MIDWEIGHT, "t"),
                FakeTotals.totals(tokens, 0, "0", 1, Instant.parse(at).toEpochMilli()));
    }

    private static List<String> shown(ReportRows rows) {
        List<String> shown = new ArrayList<>();
        rows.inOrder()
                .forEach(row -> shown.add(row.values() + " " + row.totals().tokens().input()));
        return shown;
    }
}
