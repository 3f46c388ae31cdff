package tekton.budget.metering.query;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.Totals;

/**
 * What a context has used in one cell of one hour by one user.
 *
 * @param cell its coordinates; null for what is not told apart: the context has too many parts, or
 *     a version counted it that kept none
 * @param userId who has; null where the records name nobody, and without a cell
 */
public record ContextPartTotals(
        String contextId, @Nullable Cell cell, @Nullable String userId, Totals totals) {}
