package tekton.budget.api.route;

/** Where a request names the budget that it is about. A key for one budget is held to it there. */
public enum BudgetPlace {
    /** It is about several budgets, or does not say about which. */
    NOWHERE,
    /** It is about prices, which are nobody's. */
    NOT_NEEDED,
    /** In {@code budget_id} of the query; without it the request is about all. */
    QUERY,
    /** In the body, which is judged where it is read. */
    BODY,
    /** {@code {id}} of the path is the budget's. */
    PATH,
    /** {@code {id}} of the path is the budget's if {@code {dimension}} is {@code budgets}. */
    PATH_OF_TOTALS,
    /** {@code {id}} of the path begins with the budget's and a dot. */
    PATH_OF_CHILD
}
