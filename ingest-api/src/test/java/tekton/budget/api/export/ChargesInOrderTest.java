package tekton.budget.api.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.FakeTotals;
import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.TimeWindow;
import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.Consistency;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Tier;
import tekton.budget.value.Totals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

class ChargesInOrderTest {

    private static final Instant FROM = Instant.parse("2026-11-01T05:00:00Z");
    private static final int HOURS = 24 * 5 + 7;

    /** However few are held, all come, once, in order, with all parts of their hour. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 100, 10_000})
    void shouldBringEachChargeOnceAndInOrder(int heldMax) {
        Random random = new Random(heldMax);
        FakeTotals totals = new FakeTotals();
        TreeMap<ChargeKey, Totals> expected = new TreeMap<>();
        for (int i = 0; i < 400; i++) {
            long atMs = FROM.toEpochMilli() + random.nextLong(HOURS * 3_600_000L);
            Cell cell =
                    new Cell(
                            "b" + random.nextInt(2),
                            "c" + random.nextInt(2),
                            "p",
                            "m",
                            List.of(Tier.values()).get(random.nextInt(3)),
                            "t");
            totals.cell(cell, atMs, i, "0.5");
            expected.merge(
                    new ChargeKey(EpochMinute.hourOf(atMs), cell),
                    FakeTotals.totals(i, 0, "0.5", 1, atMs),
                    Totals::plus);
        }
        Cell outside = new Cell("b0", "c0", "p", "m", Tier.LOCAL_MIDWEIGHT, "t");
        totals.cell(outside, FROM.toEpochMilli() - 1, 1, "1");
        totals.cell(outside, FROM.toEpochMilli() + HOURS * 3_600_000L, 1, "1");

        ChargesInOrder charges = charges(totals, heldMax);
        List<Map.Entry<ChargeKey, Totals>> told = new ArrayList<>();
        while (charges.hasNext()) {
            SortedMap<ChargeKey, Totals> some = charges.next();
            assertThat(some.size()).isLessThanOrEqualTo(heldMax);
            told.addAll(some.entrySet());
        }

        assertThat(told).isEqualTo(List.copyOf(expected.entrySet()));
    }

    @Test
    void shouldSayWhatCannotBeAsked() {
        FakeTotals totals = new FakeTotals();
        totals.unreadableFrom = FROM.toEpochMilli() + 24 * 3_600_000L;
        ChargesInOrder charges = charges(totals, 10);

        assertThat(charges.next()).isEmpty();
        assertThatThrownBy(charges::next)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("taken away");
    }

    private static ChargesInOrder charges(FakeTotals totals, int heldMax) {
        return new ChargesInOrder(
                totals,
                new ExportRequest(
                        ExportProfile.FOCUS_1_2,
                        ExportFormat.CSV,
                        new TimeWindow(
                                FROM.atZone(ZoneOffset.UTC),
                                FROM.atZone(ZoneOffset.UTC).plusHours(HOURS)),
                        null),
                Consistency.NOTHING,
                heldMax);
    }
}
