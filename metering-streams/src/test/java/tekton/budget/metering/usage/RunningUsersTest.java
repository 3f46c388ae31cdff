package tekton.budget.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.usage.UsageChanges.ChangedUser;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.util.List;

class RunningUsersTest {

    private static final EpochMinute HOUR = new EpochMinute(6_000);
    private static final EpochMinute NEXT = new EpochMinute(6_060);

    private final StateInMemory state = new StateInMemory(1);
    private RunningUsers users = new RunningUsers(state);

    @Test
    void shouldGiveAwayWhatHasChangedAndNothingElse() {
        use("ann", cell("m"), HOUR, 1);
        use("ann", cell("n"), HOUR, 2);
        use("bob", cell("m"), HOUR, 4);
        commit();
        use("ann", cell("m"), HOUR, 8);

        List<ChangedUser> changed = commit();

        assertThat(changed).extracting(ChangedUser::userId).containsExactly("ann");
        assertThat(changed.getFirst().totals().tokens().total()).isEqualTo(11);
        assertThat(changed.getFirst().cells())
                .singleElement()
                .satisfies(cell -> assertThat(cell.totals().tokens().total()).isEqualTo(9));
        assertThat(changed.getFirst().counts()).isEmpty();
        assertThat(commit()).isEmpty();
    }

    /** An hour that has left the memory is read again before it is added to. */
    @Test
    void shouldAddToAnHourThatIsOnlyInTheStateAnyMore() {
        use("ann", cell("m"), HOUR, 1);
        commit();
        use("ann", cell("m"), NEXT, 2);
        commit();
        assertThat(users.remembered()).isEqualTo(1);
        use("ann", cell("m"), HOUR, 4);
        use("ann", cell("n"), HOUR, 8);
        commit();

        assertThat(tokens("ann", cell("m"), HOUR)).isEqualTo(5);
        assertThat(tokens("ann", cell("n"), HOUR)).isEqualTo(8);
        assertThat(tokens("ann", cell("m"), NEXT)).isEqualTo(2);
        assertThat(state.userCells("ann", HOUR)).isEqualTo(2);
        assertThat(state.user("ann").tokens().total()).isEqualTo(15);
    }

    @Test
    void shouldGoOnFromTheStateAfterARestart() {
        use("ann", cell("m"), HOUR, 1);
        commit();
        users = new RunningUsers(state);
        use("ann", cell("m"), HOUR, 2);
        use("ann", cell("n"), HOUR, 4);
        commit();

        assertThat(tokens("ann", cell("m"), HOUR)).isEqualTo(3);
        assertThat(state.userCells("ann", HOUR)).isEqualTo(2);
        assertThat(state.user("ann").tokens().total()).isEqualTo(7);
    }

    /** Whatever names come in, over commits and restarts, the cells stay bounded and add up. */
    @Test
    void shouldFoldWhatIsTooManyAndLoseNothing() {
        int records = 3 * CellFolding.USER_CELLS_MAX;
        for (int i = 0; i < records; i++) {
            use("ann", new Cell("b" + i, "c", "p", "m" + i, Tier.LOCAL_MIDWEIGHT, "t"), HOUR, 1);
            if (i % 500 == 499) {
                commit();
            }
            if (i % 800 == 799) {
                commit();
                users = new RunningUsers(state);
            }
        }
        commit();

        assertThat(state.userCells().size())
                .isEqualTo(state.userCells("ann", HOUR))
                .isBetween(CellFolding.USER_CELLS_MAX - 2, CellFolding.USER_CELLS_MAX);
        assertThat(
                        state.userCells().values().stream()
                                .mapToLong(each -> each.tokens().total())
                                .sum())
                .isEqualTo(records);
        assertThat(
                        tokens(
                                "ann",
                                new Cell(
                                        CellFolding.OTHER_BUDGETS,
                                        "other",
                                        "other",
                                        "other",
                                        Tier.LOCAL_MIDWEIGHT,
                                        "other"),
                                HOUR))
                .isEqualTo(records - CellFolding.USER_CELLS_MAX + 3L);
        use("ann", new Cell("b7", "c", "p", "m7", Tier.LOCAL_MIDWEIGHT, "t"), HOUR, 1);
        commit();
        assertThat(tokens("ann", new Cell("b7", "c", "p", "m7", Tier.LOCAL_MIDWEIGHT, "t"), HOUR))
                .as("a cell that is there is not folded")
                .isEqualTo(2);
    }

    @Test
    void shouldForgetAllOnceThereAreTooManyToRemember() {
        for (int i = 0; i < 10_001; i++) {
            use("u" + i, cell("m"), HOUR, 1);
        }
        assertThat(users.remembered()).isEqualTo(10_001);
        commit();

        assertThat(users.remembered()).isZero();
        use("u3", cell("m"), HOUR, 2);
        commit();
        assertThat(tokens("u3", cell("m"), HOUR)).isEqualTo(3);
    }

    private void use(String user, Cell cell, EpochMinute hour, long tokens) {
        long atMs = hour.startMs();
        users.add(
                user,
                new CellHour(cell, hour),
                new Totals(TokenCounts.of(tokens, 0), 0, Money.ofPico(tokens), 1, atMs, atMs));
    }

    private List<ChangedUser> commit() {
        List<ChangedUser> changed = users.written();
        state.commit(
                new UsageChanges(List.of(), List.of(), List.of(), List.of(), List.of(), changed));
        return changed;
    }

    private long tokens(String user, Cell cell, EpochMinute hour) {
        return state.userCell(user, cell, hour).tokens().total();
    }

    private static Cell cell(String model) {
        return new Cell("b", "c", "p", model, Tier.LOCAL_MIDWEIGHT, "t");
    }
}
