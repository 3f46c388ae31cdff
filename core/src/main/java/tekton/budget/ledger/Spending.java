package tekton.budget.ledger;

/**
 * What one context has used of one budget in one scope.
 *
 * @param budgetId the budget
 * @param scope where the usage belongs, every part known; {@link Scope#ANY} when it is folded
 * @param used how much
 */
public record Spending(String budgetId, Scope scope, Amount used) {}
