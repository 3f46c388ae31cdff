package tekton.budget.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.event.UsageReported;
import tekton.budget.pricing.Charge;
import tekton.budget.value.CellWidth;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class UsageRulesTest {

    private static final List<Tier> TIERS = List.of(Tier.values());

    @Test
    void shouldAddToWhatIsKeptAndWriteOnlyWhatChanged() {
        Map<String, Totals> kept = new HashMap<>(Map.of("a", one(5), "b", one(7)));
        RunningTotals<String, Totals> running = new RunningTotals<>(kept::get, Totals::plus, 100);
        Map<String, Totals> written = new LinkedHashMap<>();

        assertThat(running.get("b")).isEqualTo(one(7));
        running.add("a", one(1));
        running.add("c", one(2));
        running.add("c", one(3));
        running.writeChanged(written::put);

        assertThat(written)
                .containsExactly(
                        Map.entry("a", one(5).plus(one(1))), Map.entry("c", one(2).plus(one(3))));
        written.clear();
        running.writeChanged(written::put);
        assertThat(written).isEmpty();
    }

    @Test
    void shouldGiveTheSameSumsHoweverOftenItIsWrittenBackAndForgotten() {
        Random random = new Random(11);
        Map<Integer, Totals> kept = new HashMap<>();
        Map<Integer, Totals> expected = new HashMap<>();
        RunningTotals<Integer, Totals> running = new RunningTotals<>(kept::get, Totals::plus, 3);
        for (int i = 0; i < 5_000; i++) {
            int key = random.nextInt(20);
            Totals more = one(random.nextInt(1_000));
            running.add(key, more);
            expected.merge(key, more, Totals::plus);
            if (random.nextInt(7) == 0) {
                running.writeChanged(kept::put);
            }
        }
        running.writeChanged(kept::put);

        assertThat(kept).isEqualTo(expected);
    }

    @Test
    void shouldBoundTheCellsOfAnHourWhateverNamesComeIn() {
        Random random = new Random(5);
        Set<Cell> cells = new HashSet<>();
        for (int i = 0; i < 40_000; i++) {
            Cell cell =
                    new Cell(
                            "b",
                            "c" + random.nextInt(50_000),
                            "p" + i,
                            "m" + i,
                            TIERS.get(random.nextInt(TIERS.size())),
                            "t");
            if (!cells.contains(cell)) {
                cells.add(CellFolding.fold(cell, cells.size()));
            }
        }

        assertThat(cells).hasSizeLessThanOrEqualTo(CellFolding.CELLS_MAX);
        assertThat(cells).hasSizeGreaterThan(CellFolding.FOLDED_MAX - 1);
    }

    @Test
    void shouldFoldModelAndTaskTypeFirst() {
        Cell cell = new Cell("b", "c", "p", "m", Tier.LOCAL_MIDWEIGHT, "t");

        assertThat(CellFolding.fold(cell, CellFolding.FULL_DETAIL_MAX - 1)).isEqualTo(cell);
        assertThat(CellFolding.fold(cell, CellFolding.FULL_DETAIL_MAX))
                .isEqualTo(new Cell("b", "c", "p", "other", Tier.LOCAL_MIDWEIGHT, "other"));
        assertThat(CellFolding.fold(cell, CellFolding.FOLDED_MAX))
                .isEqualTo(new Cell("b", "other", "other", "other", Tier.LOCAL_MIDWEIGHT, "other"));
    }

    /** The cells of a user are of many budgets, and those may be invented too. */
    @Test
    void shouldFoldTheBudgetsOfAUserLast() {
        Cell cell = new Cell("b", "c", "p", "m", Tier.LOCAL_MIDWEIGHT, "t");

        assertThat(CellFolding.foldOfUser(cell, 899)).isEqualTo(cell);
        assertThat(CellFolding.foldOfUser(cell, 900))
                .isEqualTo(new Cell("b", "c", "p", "other", Tier.LOCAL_MIDWEIGHT, "other"));
        assertThat(CellFolding.foldOfUser(cell, 997))
                .isEqualTo(
                        new Cell(
                                ".other",
                                "other",
                                "other",
                                "other",
                                Tier.LOCAL_MIDWEIGHT,
                                "other"));
    }

    @Test
    void shouldCountUnpricedTokensApart() {
        UsageReported usage =
                new UsageReported(
                        "r",
                        "c",
                        "x",
                        "ollama",
                        "qwen2",
                        null,
                        null,
                        null,
                        "team.1",
                        TokenCounts.of(3, 5),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);

        Contribution unpriced = Contribution.of(usage, 3_600_001, CellWidth.HOUR, Charge.UNPRICED);
        Contribution priced =
                Contribution.of(usage, 3_600_001, CellWidth.HOUR, new Charge(7, 8, "v"));

        assertThat(unpriced.hour()).isEqualTo(new EpochMinute(60));
        assertThat(unpriced.cell())
                .isEqualTo(
                        new Cell("team", "x", "ollama", "qwen2", Tier.LOCAL_MIDWEIGHT, "default"));
        assertThat(unpriced.totals().unpricedTokens()).isEqualTo(8);
        assertThat(unpriced.totals().cost()).isEqualTo(Money.ZERO);
        assertThat(priced.totals().unpricedTokens()).isZero();
        assertThat(priced.totals().cost()).isEqualTo(Money.ofPico(15));
    }

    private static Totals one(long input) {
        return new Totals(TokenCounts.of(input, 0), 0, Money.ofPico(input), 1, input, input);
    }
}
