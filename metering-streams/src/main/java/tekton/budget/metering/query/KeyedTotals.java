package tekton.budget.metering.query;

import tekton.budget.value.Totals;

/**
 * The total of one id.
 *
 * @param id a budget, context, component or user
 * @param totals its total
 */
public record KeyedTotals(String id, Totals totals) {}
