package tekton.budget.api.route;

import java.util.Optional;

/**
 * One thing to ask this service.
 *
 * @param method the HTTP method
 * @param path what is in braces varies; of the two prefixes, {@code /api} stands for both
 * @param scope what a key must be for; empty where nobody needs a key, because it holds no data
 * @param budget where a request names its budget
 * @param cost how many of its kind may be at work at once
 * @param description one phrase
 */
public record Endpoint(
        String method,
        PathTemplate path,
        Optional<AccessScope> scope,
        BudgetPlace budget,
        CostClass cost,
        String description) {

    /** Something that everybody may read. */
    static Endpoint open(String path, String description) {
        return new Endpoint(
                "GET",
                PathTemplate.of(path),
                Optional.empty(),
                BudgetPlace.NOWHERE,
                CostClass.FREE,
                description);
    }

    static Endpoint get(String path, BudgetPlace budget, CostClass cost, String description) {
        return of("GET", path, AccessScope.READ, budget, cost, description);
    }

    /** Something to read about who may come in. */
    static Endpoint adminGet(String path, CostClass cost, String description) {
        return of("GET", path, AccessScope.ADMIN, BudgetPlace.NOWHERE, cost, description);
    }

    static Endpoint post(
            String path,
            AccessScope scope,
            BudgetPlace budget,
            CostClass cost,
            String description) {
        return of("POST", path, scope, budget, cost, description);
    }

    static Endpoint put(String path, BudgetPlace budget, CostClass cost, String description) {
        return of("PUT", path, AccessScope.ADMIN, budget, cost, description);
    }

    static Endpoint delete(String path, BudgetPlace budget, CostClass cost, String description) {
        return of("DELETE", path, AccessScope.ADMIN, budget, cost, description);
    }

    private static Endpoint of(
            String method,
            String path,
            AccessScope scope,
            BudgetPlace budget,
            CostClass cost,
            String description) {
        return new Endpoint(
                method, PathTemplate.of(path), Optional.of(scope), budget, cost, description);
    }
}
