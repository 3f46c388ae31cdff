package tekton.budget.metering.query.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.metering.query.Answer;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.NotReached;
import tekton.budget.metering.query.Answer.NotReady;
import tekton.budget.metering.query.Answer.Stale;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.local.ShardKind;
import tekton.budget.metering.query.local.TotalsShard.AllTime;
import tekton.budget.metering.query.local.TotalsShard.Cells;
import tekton.budget.metering.query.local.TotalsShard.RowCount;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Positions;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

class ScatterGatherTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final Consistency AFTER =
            new Consistency(Positions.of(0, 7), Duration.ofMillis(20));

    @TempDir Path directory;

    @Test
    void shouldKeepTheOrderOfThePartials() {
        assertThat(together(new Found<>("c"), new Found<>("a"), new Found<>("b")))
                .isEqualTo(new Found<>(List.of("c", "a", "b")));
        assertThat(together(new Found<>("c"), new Stale<>("a", 3), new Found<>("b")))
                .isEqualTo(new Stale<>(List.of("c", "a", "b"), 3));
    }

    @Test
    void shouldBeNotReadyAndNameWhatIsMissing() {
        assertThat(
                        together(
                                new Found<>("a"),
                                new NotReady<>(Duration.ofHours(1), "usage [1]: restoring"),
                                new Found<>("b")))
                .isEqualTo(new NotReady<>(SECOND, "usage [1]: restoring"));
        assertThat(
                        together(
                                new NotReady<>(SECOND, "usage [2]: moved"),
                                new Stale<>("a", 7),
                                new Unknown<>(),
                                new NotReady<>(SECOND, "usage [1]: restoring")))
                .isEqualTo(new NotReady<>(SECOND, "usage [2]: moved; usage [1]: restoring"));
    }

    @Test
    void shouldBeNotReachedAndNameEveryPositionThatIsAhead() {
        assertThat(
                        together(
                                new NotReached<>(Positions.of(1, 10)),
                                new Found<>("a"),
                                new NotReached<>(Positions.ofRequest(1, 7)),
                                new NotReached<>(Positions.of(0, 5))))
                .isEqualTo(
                        new NotReached<>(
                                Positions.of(0, 5)
                                        .and(Positions.of(1, 10))
                                        .and(Positions.ofRequest(1, 7))));
    }

    @Test
    void shouldBeNotReadyBeforeItIsNotReached() {
        NotReached<String> notReached = new NotReached<>(Positions.of(1, 10));
        NotReady<String> notReady = new NotReady<>(SECOND, "usage [1]: restoring");

        assertThat(together(notReached, notReady)).isEqualTo(notReady);
        assertThat(together(notReady, notReached)).isEqualTo(notReady);
    }

    @Test
    void shouldLagAsMuchAsThePartialThatLagsMost() {
        assertThat(
                        together(
                                new Stale<>("a", 3),
                                new Stale<>("b", 40),
                                new Found<>("c"),
                                new Stale<>("d", 0)))
                .isEqualTo(new Stale<>(List.of("a", "b", "c", "d"), 40));
        assertThat(together(new Found<>("a"), new Stale<>("b", 0)))
                .as("a copy that has heard of everything is a copy still")
                .isEqualTo(new Stale<>(List.of("a", "b"), 0));
    }

    @Test
    void shouldBeUnknownWhereNobodyKnowsIt() {
        assertThat(together(new Unknown<>(), new Unknown<>())).isEqualTo(new Unknown<>());
        assertThat(together()).isEqualTo(new Unknown<>());
        assertThat(together(new Unknown<>(), new Found<>("a"), new Unknown<>()))
                .isEqualTo(new Found<>(List.of("a")));
    }

    @Test
    void shouldAskEveryOwnerOnceAboutItsPartitionsOnly() throws IOException {
        try (Instance first = new Instance(_ -> new Found<>(used(1)));
                Instance second = new Instance(_ -> new Found<>(used(2)));
                TestCluster cluster = new TestCluster(directory, 2, first, second)) {
            assertThat(ask(cluster.gather(), List.of(0, 1), AFTER))
                    .isEqualTo(new Found<>(List.of(used(1), used(2))));
            assertThat(first.asked()).containsExactly(question(List.of(0), AFTER));
            assertThat(second.asked()).containsExactly(question(List.of(1), AFTER));
        }
    }

    /** Never the sum of the others. */
    @Test
    void shouldNameEveryPartThatIsMissing() throws IOException {
        try (Instance whole = new Instance(_ -> new Found<>(used(1)));
                Instance restoring = new Instance(_ -> new NotReady<>("anything"));
                TestCluster cluster = new TestCluster(directory, 3, whole, restoring)) {
            assertThat(ask(cluster.gather(), List.of(0, 1, 2), AFTER))
                    .isEqualTo(
                            new NotReady<>(
                                    "totals [1]: localhost:%d is restoring or has moved it; totals [2]: being restored or moved"
                                            .formatted(restoring.host().port())));
        }
    }

    @Test
    void shouldNameAnOwnerThatItMayNotAsk() throws IOException {
        try (Instance other = new Instance(_ -> new Found<>(used(1)));
                TestCluster cluster = new TestCluster(directory, 1, other)) {
            assertThat(ask(cluster.alone(), List.of(0), AFTER))
                    .isEqualTo(
                            new NotReady<>(
                                    "totals [0]: localhost:%d owns it, and instances are not told to ask each other (no cluster secret)"
                                            .formatted(other.host().port())));
            assertThat(other.asked()).isEmpty();
        }
    }

    @Test
    void shouldAskTheCopyThatLagsLeastWhereItWillDo() throws IOException {
        try (Instance owner = new Instance(_ -> new NotReady<>("restoring"));
                Instance far = new Instance(_ -> new Stale<>(used(1), 9));
                Instance near = new Instance(_ -> new Stale<>(used(2), 3));
                TestCluster cluster =
                        new TestCluster(directory, 1, owner).follow(far, 0).follow(near, 0)) {
            assertThat(ask(cluster.gather(), List.of(0), Consistency.STALE_ALLOWED))
                    .isEqualTo(new Stale<>(List.of(used(2)), 3));
            assertThat(far.asked())
                    .containsExactly(question(List.of(0), Consistency.STALE_ALLOWED));
            assertThat(ask(cluster.gather(), List.of(0), Consistency.NOTHING))
                    .as("where it will not")
                    .isInstanceOf(NotReady.class);
        }
    }

    @Test
    void shouldShowTheRowsOfAllToOneVisitor() throws IOException {
        Bytes one = Bytes.wrap(new byte[] {1});
        Bytes two = Bytes.wrap(new byte[] {2});
        try (Instance first = new Instance(_ -> new Found<>(new RowCount(1)), one);
                Instance second = new Instance(_ -> new Found<>(new RowCount(2)), two, two);
                TestCluster cluster = new TestCluster(directory, 2, first, second)) {
            List<Bytes> seen = new ArrayList<>();

            assertThat(visit(cluster.gather(), (key, _) -> seen.add(key)))
                    .isEqualTo(new Found<>(3L));
            assertThat(seen).containsExactlyInAnyOrder(one, two, two);
            assertThatThrownBy(
                            () ->
                                    visit(
                                            cluster.gather(),
                                            (_, _) -> {
                                                throw new IllegalStateException("enough");
                                            }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("enough");
        }
    }

    @Test
    void shouldBeWholeWhereEveryOwnerIsKnownAndMayBeAsked() throws IOException {
        try (Instance first = new Instance(_ -> new Unknown<>());
                Instance second = new Instance(_ -> new Unknown<>());
                TestCluster owned = new TestCluster(directory.resolve("a"), 2, first, second);
                TestCluster orphaned = new TestCluster(directory.resolve("b"), 2, first)) {
            assertThat(owned.gather().isWhole(ShardKind.LEDGER)).isTrue();
            assertThat(owned.alone().isWhole(ShardKind.LEDGER)).isFalse();
            assertThat(orphaned.gather().isWhole(ShardKind.LEDGER)).isFalse();
            assertThat(first.asked()).isEmpty();
        }
    }

    private static Answer<List<Totals>> ask(
            ScatterGather gather, List<Integer> partitions, Consistency after) {
        return gather.ask(ShardKind.BUDGETS, partitions, after, ScatterGatherTest::question);
    }

    private static AllTime question(List<Integer> of, Consistency after) {
        return new AllTime(of, Dimension.COMPONENT, "agent", after);
    }

    private static Answer<Long> visit(ScatterGather gather, BiConsumer<Bytes, byte[]> visitor) {
        return gather.visit(
                ShardKind.BUDGETS,
                List.of(0, 1),
                of ->
                        new Cells(
                                of,
                                null,
                                new EpochMinute(0),
                                new EpochMinute(60),
                                Consistency.NOTHING),
                visitor);
    }

    private static Totals used(long tokens) {
        return new Totals(TokenCounts.of(tokens, 0), 0, Money.ofPico(tokens), 1, 5, 6);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // read only
    private static Answer<List<String>> together(Answer<String>... answers) {
        return ScatterGather.together(List.of(answers));
    }
}
