package tekton.budget.api.access;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.route.AccessScope;
import tekton.budget.api.route.Endpoint;
import tekton.budget.api.route.RouteTable;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a key for one budget to that budget. A request may pass if it names the budget where its
 * row in the table of routes says: in its path, in its query, or in a body that is judged where it
 * is read. A request about several budgets, or about none that it names, may not.
 */
final class BudgetAccess {

    /** A path of the own budget that nobody serves is not found, and not forbidden. */
    private static final Pattern BELOW_BUDGET =
            Pattern.compile("/api/budgets/([A-Za-z0-9_-]+)/[a-z]+");

    private BudgetAccess() {}

    /**
     * Whether a key of that budget may.
     *
     * @param uri the path as it was sent
     * @param budgetIds what the query says of {@code budget_id}; null for nothing
     */
    static boolean allow(
            String budgetId, String method, String uri, String @Nullable [] budgetIds) {
        String path = RouteTable.unversioned(uri);
        Optional<Endpoint> row = RouteTable.find(method.equals("HEAD") ? "GET" : method, path);
        if (row.isPresent()) {
            return switch (row.get().budget()) {
                case NOT_NEEDED, BODY -> true;
                case QUERY ->
                        budgetIds != null && budgetIds.length == 1 && budgetIds[0].equals(budgetId);
                default -> isInPath(row.get(), path, budgetId);
            };
        }
        List<Endpoint> otherMethods = RouteTable.at(path);
        if (otherMethods.isEmpty()) {
            Matcher below = BELOW_BUDGET.matcher(path);
            return below.matches() && below.group(1).equals(budgetId);
        }
        return otherMethods.stream()
                .allMatch(
                        other ->
                                other.scope().equals(Optional.of(AccessScope.ANY))
                                        || isInPath(other, path, budgetId));
    }

    private static boolean isInPath(Endpoint row, String path, String budgetId) {
        return switch (row.budget()) {
            case PATH -> row.path().value(path, "id").equals(budgetId);
            case PATH_OF_TOTALS ->
                    row.path().value(path, "dimension").equals("budgets")
                            && row.path().value(path, "id").equals(budgetId);
            case PATH_OF_CHILD -> isChild(row.path().value(path, "id"), budgetId);
            case NOWHERE, NOT_NEEDED, QUERY, BODY -> false;
        };
    }

    private static boolean isChild(String id, String budgetId) {
        return id.length() > budgetId.length() + 1
                && id.startsWith(budgetId)
                && id.charAt(budgetId.length()) == '.';
    }
}
