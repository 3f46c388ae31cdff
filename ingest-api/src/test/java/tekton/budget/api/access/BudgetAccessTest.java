package tekton.budget.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetAccessTest {

    @ParameterizedTest
    @CsvSource({
        "POST, /api/usage/record",
        "POST, /api/v1/allocations",
        "GET, /api/budgets/team",
        "PUT, /api/budgets/team",
        "GET, /api/budgets/team/policies",
        "GET, /api/v1/budgets/team/summary",
        "GET, /api/totals/budgets/team",
        "GET, /api/policies/team.p1",
        "DELETE, /api/policies/team.p1",
        "POST, /api/allocations/team.01/release",
        "GET, /api/prices",
        "POST, /api/assistant/recommend-model",
    })
    void shouldLetInWhatIsOfTheBudget(String method, String path) {
        assertThat(BudgetAccess.allow("team", method, path, null)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/budgets",
        "GET, /api/budgets/teams",
        "GET, /api/budgets/summary",
        "POST, /api/budgets",
        "PUT, /api/budgets/team/policies",
        "GET, /api/budgets/team/../other",
        "GET, /api/budgets/team%2F..%2Fother",
        "GET, /api/totals/budgets",
        "GET, /api/totals/budgets/team/sub",
        "GET, /api/v1/totals/budgets/team/sub",
        "GET, /api/totals/budgets/team%2Fsub",
        "GET, /api/totals/contexts/team",
        "GET, /api/totals/components/team",
        "GET, /api/totals/users/team",
        "GET, /api/policies/other.p1",
        "POST, /api/allocations/other.01/release",
        "GET, /api/allocations/context/team.1",
        "GET, /api/usage/records/team",
        "POST, /api/usage/summary",
        "POST, /api/assistant/analyze",
        "POST, /api/assistant/optimize",
        "POST, /api/message",
        "GET, /api/alerts/1",
        "POST, /api/alerts/channels",
        "GET, /ws/budget/updates",
        "POST, /api/prices/update",
        "PUT, /api/prices/a/b",
        "GET, /metrics",
        "POST, /shutdown",
    })
    void shouldKeepOutWhatIsOfOthersOrOfSeveral(String method, String path) {
        assertThat(BudgetAccess.allow("team", method, path, null)).isFalse();
    }

    @Test
    void shouldNotTakeAllBudgetsForOneThatIsCalledSo() {
        assertThat(BudgetAccess.allow("summary", "GET", "/api/budgets/summary", null)).isFalse();
        assertThat(BudgetAccess.allow("summary", "GET", "/api/budgets/summary/policies", null))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/alerts",
        "/events",
        "/api/v1/reports/usage",
        "/api/exports/focus",
        "/api/usage/records"
    })
    void shouldShowListsOfTheBudgetAlone(String path) {
        assertThat(BudgetAccess.allow("team", "GET", path, new String[] {"team"})).isTrue();
        assertThat(BudgetAccess.allow("team", "GET", path, null)).isFalse();
        assertThat(BudgetAccess.allow("team", "GET", path, new String[] {"other"})).isFalse();
        assertThat(BudgetAccess.allow("team", "GET", path, new String[] {"team", "other"}))
                .isFalse();
    }
}
