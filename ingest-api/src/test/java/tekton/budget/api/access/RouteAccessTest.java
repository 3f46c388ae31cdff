package tekton.budget.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tekton.budget.api.route.AccessScope;
import tekton.budget.api.route.Endpoint;
import tekton.budget.api.route.Endpoints;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules of access hold for every row of the table of routes, whatever the row. */
class RouteAccessTest {

    static Stream<Endpoint> rows() {
        return Stream.concat(Endpoints.ALL.stream(), Endpoints.SHUTDOWN.stream());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldNeedWhatItsRowSays(Endpoint row) {
        for (String path : paths(row)) {
            assertThat(AccessRules.needed(row.method(), path)).as(path).isEqualTo(row.scope());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldNeedToAdministrateForAMethodThatIsNoRow(Endpoint row) {
        // Where everything is for every key, there is nothing to keep from anybody.
        AccessScope needed = isForEveryKey(row) ? AccessScope.ANY : AccessScope.ADMIN;
        for (String path : paths(row)) {
            assertThat(AccessRules.needed("TRACE", path)).as(path).contains(needed);
            assertThat(AccessRules.needed("PATCH", path)).as(path).contains(needed);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldNeedForAHeadAndAnOptionsWhatAGetNeeds(Endpoint row) {
        for (String path : paths(row)) {
            assertThat(AccessRules.needed("HEAD", path))
                    .isEqualTo(AccessRules.needed("OPTIONS", path))
                    .isEqualTo(AccessRules.needed("GET", path));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/api/nowhere", "/api/v1/budgets/a/b", "/internal/ask/x"})
    void shouldNeedToReadForAGetThatIsNoRow(String path) {
        assertThat(AccessRules.needed("GET", path)).contains(AccessScope.READ);
        assertThat(AccessRules.needed("PUT", path)).contains(AccessScope.ADMIN);
    }

    /** The cluster's secret guards them, and they are no rows. */
    @Test
    void shouldLetInstancesAskEachOther() {
        assertThat(AccessRules.needed("POST", "/internal/ask/usage-ids")).isEmpty();
        assertThat(rows()).noneMatch(row -> row.path().text().startsWith("/internal"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/internal/ask/",
                "/internal/ask/a/b",
                "/internal/ask/a%2Fb",
                "/internal/ask/../../api/budgets",
                "/api/internal/ask/a",
                "/api/v1/internal/ask/a",
            })
    void shouldLetInstancesAskNothingElse(String path) {
        assertThat(AccessRules.needed("POST", path)).contains(AccessScope.ADMIN);
    }

    /** A key of one budget gets nowhere by a method or a path that nobody serves. */
    @ParameterizedTest
    @MethodSource("rows")
    void shouldKeepAKeyOfOneBudgetFromOthers(Endpoint row) {
        for (String path : paths(row)) {
            for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE")) {
                assertThat(BudgetAccess.allow("elsewhere", method, path, null))
                        .as(method + ' ' + path)
                        .isEqualTo(
                                isForEveryKey(row)
                                        || (path.matches("/api(/v1)?/prices")
                                                && method.matches("GET|HEAD")));
            }
        }
    }

    private static boolean isForEveryKey(Endpoint row) {
        return row.scope().equals(Optional.of(AccessScope.ANY));
    }

    /** With both prefixes, and a budget for what varies. */
    private static List<String> paths(Endpoint row) {
        String path = row.path().text().replaceAll("\\{\\w+}", "team.a");
        return path.startsWith("/api")
                ? List.of(path, path.replaceFirst("/api", "/api/v1"))
                : List.of(path);
    }
}
