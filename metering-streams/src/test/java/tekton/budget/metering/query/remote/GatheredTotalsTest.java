package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.NotReady;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.local.Question;
import tekton.budget.metering.query.local.TotalsShard.AllTime;
import tekton.budget.metering.query.local.TotalsShard.Between;
import tekton.budget.metering.query.local.TotalsShard.Largest;
import tekton.budget.metering.query.local.TotalsShard.PageOfTotals;
import tekton.budget.metering.query.local.TotalsShard.RowCount;
import tekton.budget.metering.query.local.TotalsShard.TotalsList;
import tekton.budget.metering.query.local.TotalsShard.UserCells;
import tekton.budget.metering.query.local.TotalsShard.Within;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** How parts of an answer become one. */
class GatheredTotalsTest {

    private static final Consistency NOW = Consistency.NOTHING;

    @TempDir Path directory;

    private long nanos;

    /** What two owners are asked, and what this instance makes of their answers. */
    @FunctionalInterface
    private interface Case {
        void run(GatheredTotals totals, Instance first, Instance second);
    }

    @Test
    void shouldSumATotalThatHasAPartInEveryPartition() throws IOException {
        with(
                _ -> new Found<>(used(1)),
                _ -> new Found<>(used(2)),
                (totals, first, second) -> {
                    assertThat(totals.allTime(Dimension.COMPONENT, "agent", NOW))
                            .isEqualTo(new Found<>(used(1).plus(used(2))));
                    assertThat(totals.allTime(Dimension.USER, "ann", NOW))
                            .isEqualTo(new Found<>(used(1).plus(used(2))));
                    assertThat(first.asked())
                            .containsExactly(
                                    new AllTime(List.of(0), Dimension.COMPONENT, "agent", NOW),
                                    new AllTime(List.of(0), Dimension.USER, "ann", NOW));
                });
    }

    @Test
    void shouldAskOneOwnerAboutWhatIsInOnePartition() throws IOException {
        with(
                _ -> new Found<>(used(1)),
                _ -> new Found<>(used(1)),
                (totals, first, second) -> {
                    assertThat(totals.allTime(Dimension.CONTEXT, "chat", NOW))
                            .isEqualTo(new Found<>(used(1)));
                    assertThat(first.asked().size() + second.asked().size()).isEqualTo(1);
                });
    }

    @Test
    void shouldAskForHoursWhereAWindowIsMadeOfThem() throws IOException {
        with(
                _ -> new Found<>(used(1)),
                _ -> new Unknown<>(),
                (totals, first, second) -> {
                    assertThat(
                                    totals.between(
                                            Dimension.COMPONENT,
                                            "agent",
                                            new EpochMinute(60),
                                            new EpochMinute(180),
                                            NOW))
                            .isEqualTo(new Found<>(new InWindow(used(1), Totals.ZERO)));
                    assertThat(first.asked().getFirst()).isInstanceOf(Between.class);
                });
        with(
                _ -> new Found<>(new InWindow(used(1), Totals.ZERO)),
                _ -> new Found<>(new InWindow(used(2), used(4))),
                (totals, first, second) -> {
                    assertThat(
                                    totals.between(
                                            Dimension.COMPONENT,
                                            "agent",
                                            new EpochMinute(61),
                                            new EpochMinute(180),
                                            NOW))
                            .isEqualTo(new Found<>(new InWindow(used(1).plus(used(2)), used(4))));
                    assertThat(first.asked().getFirst()).isInstanceOf(Within.class);
                });
    }

    /** In the order of their UTF-8 bytes, in which a supplementary letter is behind any other. */
    @Test
    void shouldPageInTheOrderOfAllAndSumWhatSeveralHave() throws IOException {
        String last = "\uD83D\uDE00";
        with(
                _ -> list(new KeyedTotals("b", used(1)), new KeyedTotals(last, used(2))),
                _ -> list(new KeyedTotals("b", used(4)), new KeyedTotals("\uFF41", used(8))),
                (totals, _, _) -> {
                    assertThat(totals.page(Dimension.COMPONENT, null, 9, NOW))
                            .isEqualTo(
                                    new Found<>(
                                            List.of(
                                                    new KeyedTotals("b", used(1).plus(used(4))),
                                                    new KeyedTotals("\uFF41", used(8)),
                                                    new KeyedTotals(last, used(2)))));
                    assertThat(totals.page(Dimension.COMPONENT, null, 1, NOW))
                            .isEqualTo(
                                    new Found<>(
                                            List.of(new KeyedTotals("b", used(1).plus(used(4))))));
                });
    }

    @Test
    void shouldKeepTheLargestForTenSeconds() throws IOException {
        with(
                _ -> list(new KeyedTotals("small", used(1))),
                _ -> list(new KeyedTotals("large", used(2))),
                (totals, first, _) -> {
                    Found<List<KeyedTotals>> largest =
                            new Found<>(List.of(new KeyedTotals("large", used(2))));
                    assertThat(totals.top(Dimension.BUDGET, TopBy.TOKENS, 1)).isEqualTo(largest);
                    nanos = Duration.ofSeconds(10).toNanos() - 1;
                    assertThat(totals.top(Dimension.BUDGET, TopBy.TOKENS, 1)).isEqualTo(largest);
                    assertThat(first.asked()).hasSize(1);
                    assertThat(first.asked().getFirst()).isInstanceOf(Largest.class);
                    nanos++;
                    assertThat(totals.top(Dimension.BUDGET, TopBy.TOKENS, 1)).isEqualTo(largest);
                    assertThat(first.asked()).hasSize(2);
                });
    }

    /** What is spread may be among the largest of no instance, and of all together. */
    @ParameterizedTest
    @EnumSource(names = {"COMPONENT", "USER"})
    void shouldLookAtAllForTheLargestOfWhatIsSpread(Dimension dimension) throws IOException {
        with(
                _ -> list(new KeyedTotals("a", used(5)), new KeyedTotals("both", used(4))),
                _ -> list(new KeyedTotals("b", used(5)), new KeyedTotals("both", used(4))),
                (totals, first, _) -> {
                    assertThat(totals.top(dimension, TopBy.TOKENS, 1))
                            .isEqualTo(
                                    new Found<>(
                                            List.of(
                                                    new KeyedTotals(
                                                            "both", used(4).plus(used(4))))));
                    assertThat(first.asked().getFirst()).isInstanceOf(PageOfTotals.class);
                });
    }

    @Test
    void shouldKeepForASecondThatNobodyHasAnAnswer() throws IOException {
        with(
                _ -> new NotReady<>("restoring"),
                _ -> list(),
                (totals, first, _) -> {
                    assertThat(totals.top(Dimension.BUDGET, TopBy.COST, 1))
                            .isInstanceOf(NotReady.class);
                    assertThat(totals.top(Dimension.BUDGET, TopBy.COST, 1))
                            .isInstanceOf(NotReady.class);
                    assertThat(first.asked()).hasSize(1);
                    nanos = Duration.ofSeconds(1).toNanos();
                    assertThat(totals.top(Dimension.BUDGET, TopBy.COST, 1))
                            .isInstanceOf(NotReady.class);
                    assertThat(first.asked()).hasSize(2);
                });
    }

    @Test
    void shouldCountTheRowsOfAll() throws IOException {
        with(
                _ -> new Found<>(new RowCount(0)),
                _ -> new Found<>(new RowCount(0)),
                (totals, first, second) -> {
                    assertThat(
                                    totals.cells(
                                            null,
                                            new EpochMinute(0),
                                            new EpochMinute(60),
                                            NOW,
                                            (_, _) -> {}))
                            .isEqualTo(new Found<>(0L));
                    assertThat(
                                    totals.contextHours(
                                            null,
                                            new EpochMinute(0),
                                            new EpochMinute(60),
                                            NOW,
                                            _ -> {}))
                            .isEqualTo(new Found<>(0L));
                    assertThat(
                                    totals.userCells(
                                            "ann",
                                            new EpochMinute(0),
                                            new EpochMinute(60),
                                            NOW,
                                            _ -> {}))
                            .isEqualTo(new Found<>(0L));
                    assertThat(first.asked()).last().isEqualTo(cellsOf("ann", 0));
                    assertThat(second.asked()).last().isEqualTo(cellsOf("ann", 1));
                });
    }

    private void with(
            Function<Question<?>, Answer<?>> ofFirst,
            Function<Question<?>, Answer<?>> ofSecond,
            Case test)
            throws IOException {
        nanos = 0;
        try (Instance first = new Instance(ofFirst);
                Instance second = new Instance(ofSecond);
                TestCluster cluster = new TestCluster(directory, 2, first, second)) {
            test.run(new GatheredTotals(cluster.gather(), () -> nanos), first, second);
        }
    }

    private static UserCells cellsOf(String user, int partition) {
        return new UserCells(
                List.of(partition), user, new EpochMinute(0), new EpochMinute(60), NOW);
    }

    private static Found<TotalsList> list(KeyedTotals... items) {
        return new Found<>(new TotalsList(List.of(items)));
    }

    private static Totals used(long tokens) {
        return new Totals(TokenCounts.of(tokens, 0), 0, Money.ofPico(tokens), 1, 5, 6);
    }
}
