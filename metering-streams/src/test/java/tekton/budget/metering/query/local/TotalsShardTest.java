package tekton.budget.metering.query.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.query.Answer.Found;
import tekton.budget.metering.query.Answer.Unknown;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.Dimension;
import tekton.budget.metering.query.InWindow;
import tekton.budget.metering.query.KeyedTotals;
import tekton.budget.metering.query.TopBy;
import tekton.budget.metering.query.local.TotalsShard.AllTime;
import tekton.budget.metering.query.local.TotalsShard.Between;
import tekton.budget.metering.query.local.TotalsShard.Cells;
import tekton.budget.metering.query.local.TotalsShard.ContextHours;
import tekton.budget.metering.query.local.TotalsShard.Largest;
import tekton.budget.metering.query.local.TotalsShard.OfRows;
import tekton.budget.metering.query.local.TotalsShard.PageOfTotals;
import tekton.budget.metering.query.local.TotalsShard.RowCount;
import tekton.budget.metering.query.local.TotalsShard.TotalsList;
import tekton.budget.metering.query.local.TotalsShard.UserCells;
import tekton.budget.metering.query.local.TotalsShard.Within;
import tekton.budget.metering.store.StoreKeys;
import tekton.budget.metering.store.Stores;
import tekton.budget.metering.store.TotalsBytes;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class TotalsShardTest {

    private static final Consistency NOW = Consistency.NOTHING;
    private static final List<Integer> BOTH = List.of(0, 1);

    @TempDir Path directory;

    private StoresOnDisk stores;

    @BeforeEach
    void open() {
        stores =
                new StoresOnDisk(
                        directory,
                        2,
                        Stores.totals(),
                        Stores.hours(),
                        Stores.contexts(),
                        Stores.contextHours(),
                        Stores.userCells());
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void shouldSumTheTotalOverItsPartitionsOnly() {
        total(0, StoreKeys.COMPONENT, "agent", 1);
        total(1, StoreKeys.COMPONENT, "agent", 2);
        total(0, StoreKeys.BUDGET, "agent", 4);
        stores.keyValue(Stores.CONTEXTS, 0)
                .put(StoreKeys.total(StoreKeys.CONTEXT, "agent"), bytes(used(8)));

        assertThat(ask(new AllTime(BOTH, Dimension.COMPONENT, "agent", NOW)))
                .isEqualTo(new Found<>(used(1).plus(used(2))));
        assertThat(ask(new AllTime(List.of(1), Dimension.COMPONENT, "agent", NOW)))
                .isEqualTo(new Found<>(used(2)));
        assertThat(ask(new AllTime(List.of(0), Dimension.BUDGET, "agent", NOW)))
                .isEqualTo(new Found<>(used(4)));
        assertThat(ask(new AllTime(List.of(0), Dimension.CONTEXT, "agent", NOW)))
                .isEqualTo(new Found<>(used(8)));
        assertThat(ask(new AllTime(List.of(1), Dimension.BUDGET, "agent", NOW)))
                .isEqualTo(new Unknown<>());
    }

    @Test
    void shouldSumTheHoursFromOneToBeforeAnother() {
        total(0, StoreKeys.BUDGET, "team", 7);
        for (int hour = 0; hour < 4; hour++) {
            hour(0, "team", 60L * hour, used(1 << hour));
        }
        hour(0, "other", 60, used(100));

        assertThat(
                        ask(
                                new Between(
                                        List.of(0),
                                        Dimension.BUDGET,
                                        "team",
                                        new EpochMinute(60),
                                        new EpochMinute(180),
                                        NOW)))
                .isEqualTo(new Found<>(used(2).plus(used(4))));
        assertThat(
                        ask(
                                new Between(
                                        List.of(0),
                                        Dimension.BUDGET,
                                        "team",
                                        new EpochMinute(600),
                                        new EpochMinute(660),
                                        NOW)))
                .as("known, and nothing there")
                .isEqualTo(new Found<>(Totals.ZERO));
        assertThat(
                        ask(
                                new Between(
                                        List.of(0),
                                        Dimension.BUDGET,
                                        "nobody",
                                        new EpochMinute(60),
                                        new EpochMinute(180),
                                        NOW)))
                .isEqualTo(new Unknown<>());
    }

    /** An hour that was counted as one is cut when its records lie on both sides of an end. */
    @Test
    void shouldTellWhatAWindowCuts() {
        total(0, StoreKeys.BUDGET, "team", 7);
        Totals early = usedFrom(1, new EpochMinute(10).startMs(), new EpochMinute(40).startMs());
        Totals whole = usedFrom(2, new EpochMinute(60).startMs(), new EpochMinute(119).startMs());
        hour(0, "team", 0, early);
        hour(0, "team", 60, whole);

        assertThat(
                        ask(
                                new Within(
                                        List.of(0),
                                        Dimension.BUDGET,
                                        "team",
                                        new EpochMinute(5),
                                        new EpochMinute(125),
                                        NOW)))
                .isEqualTo(new Found<>(new InWindow(early.plus(whole), Totals.ZERO)));
        assertThat(
                        ask(
                                new Within(
                                        List.of(0),
                                        Dimension.BUDGET,
                                        "team",
                                        new EpochMinute(30),
                                        new EpochMinute(125),
                                        NOW)))
                .isEqualTo(new Found<>(new InWindow(whole, early)));
        assertThat(
                        ask(
                                new Within(
                                        List.of(0),
                                        Dimension.BUDGET,
                                        "nobody",
                                        new EpochMinute(30),
                                        new EpochMinute(125),
                                        NOW)))
                .isEqualTo(new Unknown<>());
    }

    @Test
    void shouldPageThroughIdsInOrderAndSumWhatIsInSeveralPartitions() {
        total(0, StoreKeys.COMPONENT, "a", 1);
        total(1, StoreKeys.COMPONENT, "b", 2);
        total(0, StoreKeys.COMPONENT, "c", 4);
        total(1, StoreKeys.COMPONENT, "c", 8);
        total(1, StoreKeys.COMPONENT, "d", 16);
        total(0, StoreKeys.BUDGET, "bb", 32);

        assertThat(ask(new PageOfTotals(BOTH, Dimension.COMPONENT, null, 3, NOW)))
                .isEqualTo(
                        list(
                                new KeyedTotals("a", used(1)),
                                new KeyedTotals("b", used(2)),
                                new KeyedTotals("c", used(4).plus(used(8)))));
        assertThat(ask(new PageOfTotals(BOTH, Dimension.COMPONENT, "c", 3, NOW)))
                .isEqualTo(list(new KeyedTotals("d", used(16))));
        assertThat(ask(new PageOfTotals(BOTH, Dimension.COMPONENT, "d", 3, NOW))).isEqualTo(list());
    }

    @Test
    void shouldFindTheLargest() {
        total(0, StoreKeys.BUDGET, "small", 1);
        total(1, StoreKeys.BUDGET, "large", 9);
        total(0, StoreKeys.BUDGET, "middle-b", 5);
        total(1, StoreKeys.BUDGET, "middle-a", 5);

        Largest question = new Largest(BOTH, Dimension.BUDGET, TopBy.TOKENS, 3, NOW);

        assertThat(question.scans()).isTrue();
        assertThat(ask(question))
                .isEqualTo(
                        list(
                                new KeyedTotals("large", used(9)),
                                new KeyedTotals("middle-a", used(5)),
                                new KeyedTotals("middle-b", used(5))));
    }

    @Test
    void shouldVisitTheCellsOfABudgetOrOfAll() {
        total(0, StoreKeys.BUDGET, "team", 3);
        total(1, StoreKeys.BUDGET, "other", 4);
        Bytes early = cell(0, "team", 60);
        Bytes late = cell(0, "team", 120);
        Bytes others = cell(1, "other", 60);

        assertThat(visit(new Cells(BOTH, null, new EpochMinute(60), new EpochMinute(180), NOW)))
                .containsExactlyInAnyOrder(early, late, others);
        assertThat(
                        visit(
                                new Cells(
                                        List.of(0),
                                        "team",
                                        new EpochMinute(60),
                                        new EpochMinute(120),
                                        NOW)))
                .containsExactly(early);
        assertThat(
                        visit(
                                new Cells(
                                        List.of(0),
                                        "team",
                                        new EpochMinute(180),
                                        new EpochMinute(240),
                                        NOW)))
                .isEmpty();
    }

    @Test
    void shouldVisitTheHoursOfAContextOrOfAll() {
        Bytes chat = StoreKeys.total(StoreKeys.CONTEXT, "chat");
        Bytes other = StoreKeys.total(StoreKeys.CONTEXT, "other");
        WindowStore<Bytes, byte[]> contextHours = stores.window(Stores.CONTEXT_HOURS, 0);
        for (long hour : new long[] {0, 60, 120}) {
            contextHours.put(chat, bytes(used(1)), new EpochMinute(hour).startMs());
        }
        contextHours.put(other, bytes(used(2)), new EpochMinute(60).startMs());

        assertThat(
                        visit(
                                new ContextHours(
                                        List.of(0),
                                        null,
                                        new EpochMinute(60),
                                        new EpochMinute(180),
                                        NOW)))
                .containsExactlyInAnyOrder(chat, chat, other);
        assertThat(
                        visit(
                                new ContextHours(
                                        List.of(0),
                                        "chat",
                                        new EpochMinute(0),
                                        new EpochMinute(120),
                                        NOW)))
                .containsExactly(chat, chat);
    }

    @Test
    void shouldSumWhatAUserHasUsedOverPartitionsAndCells() {
        user(0, "ann", 7);
        user(1, "ann", 8);
        user(0, "an", 100);
        userCell(0, "ann", "m", 60, 1);
        userCell(0, "ann", "n", 60, 2);
        userCell(0, "ann", "m", 120, 4);
        userCell(1, "ann", "m", 60, 8);
        userCell(1, "ann", "m", 180, 16);
        userCell(0, "an", "m", 60, 100);
        Totals twoHours = used(1).plus(used(2)).plus(used(4)).plus(used(8));

        assertThat(ask(new AllTime(BOTH, Dimension.USER, "ann", NOW)))
                .isEqualTo(new Found<>(used(7).plus(used(8))));
        assertThat(
                        ask(
                                new Between(
                                        BOTH,
                                        Dimension.USER,
                                        "ann",
                                        new EpochMinute(60),
                                        new EpochMinute(180),
                                        NOW)))
                .isEqualTo(new Found<>(twoHours));
        assertThat(
                        ask(
                                new Within(
                                        BOTH,
                                        Dimension.USER,
                                        "ann",
                                        new EpochMinute(0),
                                        new EpochMinute(175),
                                        NOW)))
                .isEqualTo(new Found<>(new InWindow(twoHours, Totals.ZERO)));
        assertThat(ask(new PageOfTotals(BOTH, Dimension.USER, "an", 3, NOW)))
                .isEqualTo(list(new KeyedTotals("ann", used(7).plus(used(8)))));
        assertThat(
                        ask(
                                new Between(
                                        BOTH,
                                        Dimension.USER,
                                        "nobody",
                                        new EpochMinute(60),
                                        new EpochMinute(180),
                                        NOW)))
                .isEqualTo(new Unknown<>());
    }

    @Test
    void shouldVisitTheCellsOfAUserOrOfAll() {
        user(0, "ann", usedFrom(1, ms(60), ms(130)));
        user(1, "ann", usedFrom(1, ms(60), ms(70)));
        user(1, "bob", usedFrom(1, ms(120), ms(120)));
        Bytes early = userCell(0, "ann", "m", 60, 1);
        Bytes late = userCell(0, "ann", "m", 120, 2);
        Bytes elsewhere = userCell(1, "ann", "n", 60, 4);
        Bytes others = userCell(1, "bob", "m", 120, 8);
        stores.window(Stores.USER_CELLS, 0)
                .put(StoreKeys.cellCount("ann"), new byte[] {0, 0, 0, 1}, ms(60));

        assertThat(visit(new UserCells(BOTH, null, new EpochMinute(60), new EpochMinute(180), NOW)))
                .containsExactlyInAnyOrder(early, late, elsewhere, others);
        assertThat(
                        visit(
                                new UserCells(
                                        BOTH,
                                        null,
                                        new EpochMinute(120),
                                        new EpochMinute(180),
                                        NOW)))
                .containsExactlyInAnyOrder(late, others);
        assertThat(
                        visit(
                                new UserCells(
                                        BOTH,
                                        "ann",
                                        new EpochMinute(60),
                                        new EpochMinute(120),
                                        NOW)))
                .containsExactlyInAnyOrder(early, elsewhere);
        assertThat(visit(new UserCells(BOTH, "an", new EpochMinute(60), new EpochMinute(180), NOW)))
                .isEmpty();
    }

    /** Never as an empty result. */
    @Test
    void shouldNotAnswerForAStoreThatIsNotHere() {
        AllTime question = new AllTime(List.of(0, 2), Dimension.BUDGET, "team", NOW);

        assertThatThrownBy(() -> ask(question)).isInstanceOf(InvalidStateStoreException.class);
    }

    private Object ask(Question<?> question) {
        return question.answer(stores.all());
    }

    /** The keys of the rows. */
    private List<Bytes> visit(OfRows question) {
        List<Bytes> keys = new ArrayList<>();
        RowCount count = question.visit(question.in(stores.all()), (key, value) -> keys.add(key));
        assertThat(count.rows()).isEqualTo(keys.size());
        return keys;
    }

    private void total(int partition, char kind, String id, long tokens) {
        stores.keyValue(Stores.TOTALS, partition)
                .put(StoreKeys.total(kind, id), bytes(used(tokens)));
    }

    private void user(int partition, String id, long tokens) {
        user(partition, id, used(tokens));
    }

    private void user(int partition, String id, Totals used) {
        stores.keyValue(Stores.CONTEXTS, partition)
                .put(StoreKeys.total(StoreKeys.USER, id), bytes(used));
    }

    private Bytes userCell(int partition, String userId, String model, long hour, long tokens) {
        Bytes key =
                StoreKeys.userCell(
                        userId,
                        new Cell("b", "c", "p", model, Tier.REMOTE_HEAVYWEIGHT, "t"),
                        new EpochMinute(hour));
        stores.window(Stores.USER_CELLS, partition).put(key, bytes(used(tokens)), ms(hour));
        return key;
    }

    private static long ms(long minute) {
        return new EpochMinute(minute).startMs();
    }

    private void hour(int partition, String budgetId, long hour, Totals used) {
        stores.window(Stores.HOURS, partition)
                .put(
                        StoreKeys.total(StoreKeys.BUDGET, budgetId),
                        bytes(used),
                        new EpochMinute(hour).startMs());
    }

    private Bytes cell(int partition, String budgetId, long hour) {
        Bytes key =
                StoreKeys.cell(
                        new Cell(budgetId, "c", "p", "m", Tier.REMOTE_HEAVYWEIGHT, "t"),
                        new EpochMinute(hour));
        stores.window(Stores.HOURS, partition)
                .put(key, bytes(used(1)), new EpochMinute(hour).startMs());
        return key;
    }

    private static Found<TotalsList> list(KeyedTotals... items) {
        return new Found<>(new TotalsList(List.of(items)));
    }

    private static byte[] bytes(Totals totals) {
        return TotalsBytes.write(totals);
    }

    private static Totals used(long tokens) {
        return usedFrom(tokens, 5, 6);
    }

    private static Totals usedFrom(long tokens, long firstMs, long lastMs) {
        return new Totals(TokenCounts.of(tokens, 0), 0, Money.ofPico(tokens), 1, firstMs, lastMs);
    }
}
