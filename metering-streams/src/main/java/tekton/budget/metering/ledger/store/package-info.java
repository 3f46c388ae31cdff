/**
 * The rows of the ledger in one store of a task: their keys, their values, how they are forgotten.
 */
@NullMarked
package tekton.budget.metering.ledger.store;

import org.jspecify.annotations.NullMarked;
