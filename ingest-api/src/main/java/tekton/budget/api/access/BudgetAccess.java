package tekton.budget.api.access;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a key for one budget may ask for: what names that budget in its path or its query, or in a
 * body that is looked at where it is read. Whatever is about several budgets, or does not say about
 * which, is not for it.
 */
final class BudgetAccess {

    /** Their bodies name the budget; see {@link Caller#confine}. Prices are nobody's. */
    private static final Set<String> POSTS =
            Set.of(
                    "/api/usage/record",
                    "/api/usage/batch",
                    "/api/allocations",
                    "/api/check",
                    "/api/policies",
                    "/api/prices/current",
                    "/api/prices/calculate",
                    "/api/prices/recommendations",
                    "/api/prices/recommend",
                    "/api/assistant/recommend-model");

    /** These show one budget's only when the query names it. */
    private static final Set<String> FILTERED =
            Set.of(
                    "/api/policies",
                    "/api/allocations",
                    "/api/alerts",
                    "/api/usage/records",
                    "/api/usage/analytics",
                    "/api/reports/usage",
                    "/api/reports/summary",
                    "/events",
                    "/api/events");

    private static final Pattern OF_BUDGET =
            Pattern.compile("/api/budgets/([A-Za-z0-9_-]+)(/[a-z]+)?");

    /** An id may have slashes here: what follows would be another budget's. */
    private static final Pattern TOTAL_OF_BUDGET =
            Pattern.compile("/api/totals/budgets/([A-Za-z0-9_-]+)");

    /** Of all budgets, though it looks like one that is called so. */
    private static final String ALL_SUMMARIES = "/api/budgets/summary";

    /** A policy's or an allocation's id begins with its budget's, and a dot. */
    private static final Pattern OF_CHILD =
            Pattern.compile(
                    "/api/(?:policies|allocations)/([A-Za-z0-9_-]+)\\.[A-Za-z0-9._-]+(/release)?");

    private static final String PRICES = "/api/prices";

    private BudgetAccess() {}

    /**
     * Whether a key of that budget may.
     *
     * @param uri the path as it was sent
     * @param budgetIds what the query says of {@code budget_id}; null for nothing
     */
    static boolean allow(
            String budgetId, String method, String uri, String @Nullable [] budgetIds) {
        String path = AccessRules.unversioned(uri);
        boolean reads = method.equals("GET") || method.equals("HEAD");
        if (reads && FILTERED.contains(path)) {
            return budgetIds != null && budgetIds.length == 1 && budgetIds[0].equals(budgetId);
        }
        if (reads && path.equals(PRICES)) {
            return true;
        }
        if (method.equals("POST") && POSTS.contains(path)) {
            return true;
        }
        Matcher total = TOTAL_OF_BUDGET.matcher(path);
        if (total.matches()) {
            return total.group(1).equals(budgetId);
        }
        Matcher budget = OF_BUDGET.matcher(path);
        if (budget.matches() && !path.equals(ALL_SUMMARIES)) {
            // Attaching copies policies of any budget.
            boolean attaches = !reads && "/policies".equals(budget.group(2));
            return budget.group(1).equals(budgetId) && !attaches;
        }
        Matcher child = OF_CHILD.matcher(path);
        return child.matches() && child.group(1).equals(budgetId);
    }
}
