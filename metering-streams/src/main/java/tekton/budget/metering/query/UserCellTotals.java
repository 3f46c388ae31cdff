package tekton.budget.metering.query;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.Totals;

/**
 * What a user has used in one cell of one hour, or a part of it.
 *
 * @param cell its coordinates; folded ones where the user has too many
 */
public record UserCellTotals(String userId, Cell cell, Totals totals) {}
