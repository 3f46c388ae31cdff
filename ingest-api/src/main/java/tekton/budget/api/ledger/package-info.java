/**
 * Budgets, policies and allocations over HTTP. What changes something becomes a request to the
 * ledger and is answered when that has decided; what reads asks the query ports.
 */
@NullMarked
package tekton.budget.api.ledger;

import org.jspecify.annotations.NullMarked;
