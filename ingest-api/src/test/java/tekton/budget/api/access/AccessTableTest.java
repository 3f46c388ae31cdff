package tekton.budget.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tekton.budget.api.route.Endpoint;
import tekton.budget.api.route.Endpoints;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table in docs/security.md is what the table of routes says. */
class AccessTableTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "security.md");

    private static String needs(Endpoint row) {
        return row.scope()
                .map(
                        scope ->
                                switch (scope) {
                                    case ANY -> "any key";
                                    default -> "`" + scope.wireName() + "`";
                                })
                .orElse("nothing");
    }

    private static String forOneBudget(Endpoint row) {
        if (row.scope().isEmpty()) {
            return "may";
        }
        return switch (row.budget()) {
            case NOWHERE -> "may not";
            case NOT_NEEDED -> "may";
            case QUERY -> "with `budget_id` in the query";
            case BODY -> "for its budget in the body";
            case PATH, PATH_OF_TOTALS -> "for its budget in the path";
            case PATH_OF_CHILD -> "for what begins with its budget";
        };
    }

    private static String table() {
        Map<String, String> groups =
                Stream.concat(Endpoints.ALL.stream(), Endpoints.SHUTDOWN.stream())
                        .collect(
                                Collectors.groupingBy(
                                        row ->
                                                "| "
                                                        + needs(row)
                                                        + " | "
                                                        + forOneBudget(row)
                                                        + " | ",
                                        LinkedHashMap::new,
                                        Collectors.mapping(
                                                row ->
                                                        "`"
                                                                + row.method()
                                                                + ' '
                                                                + row.path().text()
                                                                + '`',
                                                Collectors.joining(", "))));
        return groups.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(group -> group.getKey() + group.getValue() + " |\n")
                .collect(
                        Collectors.joining(
                                "",
                                "| needs | a key for one budget | routes |\n| --- | --- | --- |\n",
                                ""));
    }

    @Test
    void shouldBeInTheDocument() throws Exception {
        assertThat(Files.readString(DOCUMENT))
                .as("docs/security.md (put this between its headings: %n%s)", table())
                .contains("\n\n" + table() + "\n");
    }
}
