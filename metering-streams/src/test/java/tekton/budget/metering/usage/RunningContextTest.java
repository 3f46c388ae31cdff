package tekton.budget.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.usage.UsageChanges.ChangedHour;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.List;

class RunningContextTest {

    private final RunningContext context = new RunningContext("x", null);

    @Test
    void shouldTellBudgetsAndScopesApart() {
        use("a", "chat", 1);
        use("a", "chat", 2);
        use("b", "chat", 4);
        use("a", "code", 8);

        assertThat(context.use().totals().tokens().total()).isEqualTo(15);
        assertThat(context.use().spendings())
                .extracting(
                        each ->
                                each.budgetId()
                                        + ' '
                                        + each.scope().taskType()
                                        + ' '
                                        + each.used().tokens())
                .containsExactly("a chat 3", "b chat 4", "a code 8");
    }

    @Test
    void shouldFoldWhatIsTooManyAndLoseNothingOfAKnownBudget() {
        for (int i = 0; i < 3 * RunningContext.SCOPES_MAX; i++) {
            use("a", "t" + i, 1);
        }

        assertThat(context.use().spendings()).hasSize(RunningContext.SCOPES_MAX + 1);
        assertThat(context.use().spendings().getLast())
                .extracting(Spending::scope, each -> each.used().tokens())
                .containsExactly(Scope.ANY, 2L * RunningContext.SCOPES_MAX);
        use("a", "t7", 5);
        assertThat(context.use().spendings().get(7).used().tokens()).isEqualTo(6);
    }

    @Test
    void shouldStayBoundedWhateverTheBudgets() {
        for (int i = 0; i < 5 * RunningContext.SCOPES_MAX; i++) {
            use("b" + i, "t", 1);
        }

        assertThat(context.use().spendings()).hasSize(2 * RunningContext.SCOPES_MAX);
        assertThat(context.use().totals().tokens().total())
                .isEqualTo(5L * RunningContext.SCOPES_MAX);
    }

    @Test
    void shouldGiveAwayOnlyTheCellsThatHaveChangedSinceTheyWereWritten() {
        List<ChangedHour> written = new ArrayList<>();
        use("a", "t", 0, 1);
        use("a", "t", 60, 2);
        context.written(context.use(), written);
        written.clear();

        assertThat(use("a", "t", 60, 4)).as("the first change of its cell").isTrue();
        assertThat(use("a", "t", 60, 8)).as("the first change of its cell").isFalse();
        context.written(context.use(), written);

        assertThat(written)
                .extracting(ChangedHour::hour, each -> each.use().totals().tokens().total())
                .containsExactly(tuple(new EpochMinute(60), 14L));
    }

    @Test
    void shouldGoOnFromWhatIsKeptWhateverIsFolded() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3 * RunningContext.SCOPES_MAX; i++) {
                use("a", "t" + i, 1);
                use("b", "t" + i, 10);
            }
        }
        ContextUse kept = context.use();
        RunningContext again = new RunningContext("x", kept);

        assertThat(again.use()).isEqualTo(kept);
        assertThat(again.committed()).isEqualTo(kept.spendings());
        use("a", "t3", 100);
        use("b", "t99", 1_000);
        add(again, "a", "t3", 0, 100);
        add(again, "b", "t99", 0, 1_000);
        assertThat(again.use()).isEqualTo(context.use());
        assertThat(again.use().spendings().stream().mapToLong(each -> each.used().tokens()).sum())
                .isEqualTo(again.use().totals().tokens().total());
    }

    @Test
    void shouldCarryPicoDollarsIntoDollarsInEverySum() {
        List<ChangedHour> written = new ArrayList<>();
        Money part = new Money(1, Money.PICO_PER_USD - 1);
        for (int i = 0; i < 3; i++) {
            add(context, "a", "t", 0, 1, part);
        }
        ContextUse use = context.use();
        context.written(use, written);

        Money sum = part.plus(part).plus(part);
        assertThat(use.totals().cost()).isEqualTo(sum);
        assertThat(use.spendings().getFirst().used().cost()).isEqualTo(sum);
        assertThat(written.getFirst().use().totals().cost()).isEqualTo(sum);
    }

    @Test
    void shouldKnowWhatHadBeenUsedAtTheLastCommit() {
        use("a", "t", 1);
        assertThat(context.committed()).isEmpty();
        context.written(context.use(), new ArrayList<>());
        use("a", "t", 2);
        use("b", "t", 4);

        assertThat(context.committed())
                .extracting(Spending::budgetId, each -> each.used().tokens())
                .containsExactly(tuple("a", 1L));
    }

    private void use(String budgetId, String taskType, long tokens) {
        use(budgetId, taskType, 0, tokens);
    }

    private boolean use(String budgetId, String taskType, long hour, long tokens) {
        return add(context, budgetId, taskType, hour, tokens);
    }

    private static boolean add(
            RunningContext to, String budgetId, String taskType, long hour, long tokens) {
        return add(to, budgetId, taskType, hour, tokens, Money.ZERO);
    }

    private static boolean add(
            RunningContext to,
            String budgetId,
            String taskType,
            long hour,
            long tokens,
            Money cost) {
        Cell cell = new Cell(budgetId, "c", "p", "m", Tier.LOCAL_MIDWEIGHT, taskType);
        return to.add(
                Share.of(cell),
                cell,
                null,
                new Contribution(
                        cell,
                        new EpochMinute(hour),
                        new Totals(new TokenCounts(tokens, 0, 0, 0, 0), 0, cost, 1, 0, 0)),
                _ -> null);
    }
}
