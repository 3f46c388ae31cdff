package tekton.budget.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.route.AccessScope;

import java.util.Optional;

class AccessRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api",
                "/api/v1",
                "/health",
                "/api/v1/health",
                "/ready",
                "/status",
                "/api/discovery",
                "/api/v1/openapi.json",
                "/docs",
                "/docs/5.1/swagger-ui.css",
            })
    void shouldLetEverybodyReadWhatHoldsNoData(String path) {
        assertThat(AccessRules.needed("GET", path)).isEmpty();
        assertThat(AccessRules.needed("POST", path)).contains(AccessScope.ADMIN);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/usage/record, INGEST",
        "POST, /api/v1/usage/batch, INGEST",
        "POST, /api/allocations, INGEST",
        "POST, /api/v1/allocations/team.0199-a/release, INGEST",
        "POST, /api/check, INGEST",
        "POST, /api/usage/summary, READ",
        "POST, /api/prices/calculate, READ",
        "POST, /api/v1/assistant/analyze, READ",
        "POST, /api/assistant/optimize, READ",
        "POST, /api/assistant/recommend-model, READ",
        "POST, /api/message, READ",
        "POST, /api/assistant, ADMIN",
        "GET, /api/budgets, READ",
        "GET, /metrics, READ",
        "GET, /events, READ",
        "GET, /ws/budget/updates, READ",
        "HEAD, /api/totals/budgets, READ",
        "OPTIONS, /api/budgets, READ",
        "POST, /api/budgets, ADMIN",
        "PUT, /api/budgets/a, ADMIN",
        "DELETE, /api/policies/a.b, ADMIN",
        "POST, /api/alerts/1/acknowledge, ADMIN",
        "POST, /api/alerts/1/snooze, ADMIN",
        "POST, /shutdown, ADMIN",
        "POST, /nowhere, ADMIN",
        "TRACE, /health, ADMIN",
    })
    void shouldAskForTheScopeOfWhatIsDone(String method, String path, AccessScope scope) {
        assertThat(AccessRules.needed(method, path)).contains(scope);
    }

    /** However a path is written, it needs no less than its usual spelling. */
    @ParameterizedTest
    @CsvSource({
        "GET, /health/../api/budgets, READ",
        "GET, /health/%2e%2e/api/budgets, READ",
        "GET, //health, READ",
        "GET, /health;x=/api/budgets, READ",
        "GET, /docs/../api/budgets, READ",
        "GET, /docs/%2e%2e/api/budgets, READ",
        "GET, /docs//..//api/budgets, READ",
        "GET, /Health, READ",
        "POST, /api/usage/record/../../budgets, ADMIN",
        "POST, /api/usage/record;/../budgets, ADMIN",
        "POST, /api/allocations/../budgets, ADMIN",
        "POST, /api/allocations/a%2Fb/release, ADMIN",
        "POST, /api/v1/../budgets, ADMIN",
    })
    void shouldNotBeLooseForUnusualSpellings(String method, String path, AccessScope scope) {
        assertThat(AccessRules.needed(method, path)).isEqualTo(Optional.of(scope));
    }
}
