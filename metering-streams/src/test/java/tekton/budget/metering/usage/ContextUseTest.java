package tekton.budget.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.event.HandOver.Cell;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Spending;
import tekton.budget.value.Money;
import tekton.budget.value.Tier;
import tekton.budget.value.TokenCounts;
import tekton.budget.value.Totals;

class ContextUseTest {

    @Test
    void shouldTellBudgetsAndScopesApart() {
        ContextUse use =
                use("a", "chat", 1)
                        .plus(use("a", "chat", 2))
                        .plus(use("b", "chat", 4))
                        .plus(use("a", "code", 8));

        assertThat(use.totals().tokens().total()).isEqualTo(15);
        assertThat(use.spendings())
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
        ContextUse use = use("a", "t0", 1);
        for (int i = 1; i < 3 * ContextUse.SCOPES_MAX; i++) {
            use = use.plus(use("a", "t" + i, 1));
        }

        assertThat(use.spendings()).hasSize(ContextUse.SCOPES_MAX + 1);
        assertThat(use.spendings().getLast())
                .extracting(Spending::scope, each -> each.used().tokens())
                .containsExactly(Scope.ANY, 2L * ContextUse.SCOPES_MAX);
        assertThat(use.plus(use("a", "t7", 5)).spendings().get(7).used().tokens()).isEqualTo(6);
    }

    @Test
    void shouldStayBoundedWhateverTheBudgets() {
        ContextUse use = use("b0", "t", 1);
        for (int i = 1; i < 5 * ContextUse.SCOPES_MAX; i++) {
            use = use.plus(use("b" + i, "t", 1));
        }

        assertThat(use.spendings()).hasSize(2 * ContextUse.SCOPES_MAX);
        assertThat(use.totals().tokens().total()).isEqualTo(5L * ContextUse.SCOPES_MAX);
    }

    private static ContextUse use(String budgetId, String taskType, long tokens) {
        return ContextUse.of(
                new Contribution(
                        new Cell(budgetId, "c", "p", "m", Tier.LOCAL_MIDWEIGHT, taskType),
                        0,
                        new Totals(new TokenCounts(tokens, 0, 0, 0, 0), 0, Money.ZERO, 1, 0, 0)));
    }
}
