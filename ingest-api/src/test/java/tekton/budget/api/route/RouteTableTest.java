package tekton.budget.api.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class RouteTableTest {

    private static final List<Endpoint> ROWS =
            Stream.concat(Endpoints.ALL.stream(), Endpoints.SHUTDOWN.stream()).toList();

    @Test
    void shouldHaveEachRowOnce() {
        assertThat(ROWS).extracting(row -> row.method() + ' ' + row.path()).doesNotHaveDuplicates();
    }

    /** Said here once more than in the table, so that nothing opens by a slip. */
    @Test
    void shouldOpenOnlyWhatHoldsNoData() {
        assertThat(ROWS)
                .filteredOn(row -> row.scope().isEmpty())
                .extracting(row -> row.method() + ' ' + row.path())
                .containsExactlyInAnyOrder(
                        "GET /",
                        "GET /page/{file}",
                        "GET /api",
                        "GET /health",
                        "GET /api/health",
                        "GET /status",
                        "GET /api/status",
                        "GET /ready",
                        "GET /api/discovery",
                        "GET /api/openapi.json",
                        "GET /api/asyncapi.json",
                        "GET /docs",
                        "GET /docs/{file}",
                        "GET /api/docs",
                        "GET /api/redoc",
                        "GET /mcp/tools",
                        "GET /api/mcp/tools",
                        "GET /api/mcp/v2/tools",
                        "GET /api/mcp/health",
                        "GET /api/mcp/capabilities");
    }

    @Test
    void shouldLetReportersSendOnlyWhatTheySpend() {
        assertThat(ROWS)
                .filteredOn(row -> row.scope().equals(Optional.of(AccessScope.INGEST)))
                .extracting(row -> row.method() + ' ' + row.path())
                .containsExactlyInAnyOrder(
                        "POST /api/usage/record",
                        "POST /api/usage/batch",
                        "POST /api/usage/openai",
                        "POST /api/usage/azure",
                        "POST /api/usage/anthropic",
                        "POST /api/usage/google",
                        "POST /api/usage/vertex_ai",
                        "POST /api/usage/bedrock",
                        "POST /api/usage/mistral",
                        "POST /api/usage/cohere",
                        "POST /api/usage/xai",
                        "POST /api/usage/deepseek",
                        "POST /api/usage/openrouter",
                        "POST /api/usage/ollama",
                        "POST /api/usage/response",
                        "POST /api/usage/litellm",
                        "POST /v1/traces",
                        "POST /api/traces",
                        "POST /v1/logs",
                        "POST /api/logs",
                        "POST /v1/metrics",
                        "POST /api/metrics",
                        "POST /events",
                        "POST /api/events",
                        "POST /api/allocations",
                        "POST /api/allocations/{id}/release",
                        "POST /api/check");
    }

    @Test
    void shouldNameTheBudgetWhereARequestCanNameIt() {
        for (Endpoint row : ROWS) {
            String path = row.path().text();
            switch (row.budget()) {
                case NOWHERE, NOT_NEEDED -> {}
                case QUERY -> assertThat(row.method()).as(path).isEqualTo("GET");
                case BODY -> assertThat(row.method()).as(path).isEqualTo("POST");
                case PATH -> assertThat(path).startsWith("/api/budgets/{id}");
                case PATH_OF_TOTALS -> assertThat(path).isEqualTo("/api/totals/{dimension}/{id}");
                case PATH_OF_CHILD ->
                        assertThat(path).matches("/api/(policies|allocations)/\\{id}.*");
            }
        }
    }

    /** Which of two rows is found then does not matter. */
    @Test
    void shouldNeedTheSameWherePathsOverlap() {
        for (Endpoint row : ROWS) {
            for (Endpoint other : ROWS) {
                if (row.method().equals(other.method())
                        && !row.path().isLiteral()
                        && !other.path().isLiteral()
                        && overlap(row.path().text(), other.path().text())) {
                    assertThat(row.scope()).as(row + " and " + other).isEqualTo(other.scope());
                    assertThat(row.budget()).as(row + " and " + other).isEqualTo(other.budget());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/budgets/summary, /api/budgets/summary",
        "GET, /api/budgets/team, /api/budgets/{id}",
        "PUT, /api/budgets/team, /api/budgets/{id}",
        "GET, /api/alerts/channels, /api/alerts/channels",
        "GET, /api/totals/budgets/team, /api/totals/{dimension}/{id}",
        "POST, /api/allocations/team.1/release, /api/allocations/{id}/release",
        "GET, /docs/page.js, /docs/{file}",
        "GET, /docs/5.1/page.js, /docs/{file}",
    })
    void shouldFindTheRowOfARequest(String method, String path, String row) {
        assertThat(RouteTable.find(method, path)).map(found -> found.path().text()).contains(row);
    }

    /** Else a key for the budget "summary" could change what is about all. */
    @Test
    void shouldPreferPathsWithoutVariablesWhateverTheMethod() {
        assertThat(RouteTable.find("PUT", "/api/budgets/summary")).isEmpty();
        assertThat(RouteTable.at("/api/budgets/summary")).hasSize(1);
        assertThat(RouteTable.at("/api/budgets/summaries")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/budgets/",
                "/api/budgets/a/b",
                "/api/budgets/a%2Fb",
                "/api/budgets/a;b",
                "/api/budgets/a b",
                "/api/budgets/ä",
                "/API/budgets",
                "/api//budgets",
                "/api/allocations/a/b/release",
                "/api/allocations/a%2Fb/release",
                "/docs/",
                "/docs/.git",
                "/docs/../api/budgets",
                "/docs/a/../../api/budgets",
                "/docs/a%2Fb",
            })
    void shouldKnowPlainSpellingsOnly(String path) {
        assertThat(RouteTable.at(path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1, /api",
        "/api/v1/budgets, /api/budgets",
        "/api/budgets, /api/budgets",
        "/api/v1x, /api/v1x",
        "/api/v1/v1/budgets, /api/v1/budgets",
        "/x/api/v1/budgets, /x/api/v1/budgets",
    })
    void shouldTakeBothPrefixesForOne(String path, String unversioned) {
        assertThat(RouteTable.unversioned(path)).isEqualTo(unversioned);
    }

    private static boolean overlap(String one, String two) {
        String[] left = one.split("/", -1);
        String[] right = two.split("/", -1);
        boolean same = left.length == right.length;
        for (int i = 0; same && i < left.length; i++) {
            same = left[i].equals(right[i]) || left[i].startsWith("{") || right[i].startsWith("{");
        }
        return same;
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/reports/summary,/api/reports/summary,SCAN",
        "HEAD,/api/v1/reports/usage,/api/v1/reports/usage,REPORT",
        // Served like the usual spelling, so it costs the same.
        "GET,/api//reports/usage,/api/reports/usage,REPORT",
        "GET,/api/%72eports/summary,/api/reports/summary,SCAN",
        "GET,/api/exports/focus;a=b,/api/exports/focus,EXPORT",
        "GET,/api/totals/contexts/a,/api/totals/contexts/a,LOOKUP",
        "GET,/api/usage/records/a%20b,/api/usage/records/a b,LOOKUP",
        "GET,/api/usage/records/a%20b/story,/api/usage/records/a b/story,SCAN",
        "POST,/api/usage/record,/api/usage/record,RECORD",
        "GET,/health,/health,FREE",
        "GET,/nowhere,/nowhere,LOOKUP",
        "POST,/internal/ask/all-time,/internal/ask/all-time,FREE",
        "PATCH,/api/reports/usage,/api/reports/usage,LOOKUP"
    })
    void shouldKnowWhatARequestCosts(String method, String sent, String decoded, CostClass cost) {
        assertThat(RouteTable.costOf(method, sent, decoded)).isEqualTo(cost);
    }

    /** So that no caller keeps the others out, and none is kept out for ever. */
    @Test
    void shouldLeaveTurnsOfEachClassToOthers() {
        assertThat(CostClass.values())
                .filteredOn(cost -> cost.all() > 0)
                .allSatisfy(
                        cost -> {
                            assertThat(cost.each()).isPositive().isLessThan(cost.all());
                            assertThat(cost.waitMs()).isBetween(1, 5_000);
                        });
    }
}
