package tekton.budget.api.assistant;

import tekton.budget.ledger.Period;
import tekton.budget.value.Money;

/**
 * How the cost limit of everything stands, of the budget that the dashboard shows.
 *
 * @param budget what people call the budget
 * @param reserved what open allocations hold
 */
record Limit(String budget, Period period, Money limit, Money used, Money reserved) {}
