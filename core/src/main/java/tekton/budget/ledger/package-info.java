/**
 * Pure: what the ledger keeps (budgets, policies, allocations), what it is asked for and what it
 * decides.
 */
@NullMarked
package tekton.budget.ledger;

import org.jspecify.annotations.NullMarked;
