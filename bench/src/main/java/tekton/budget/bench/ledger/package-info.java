/** Budgets, policies and allocations over REST, as callers ask for them. */
@NullMarked
package tekton.budget.bench.ledger;

import org.jspecify.annotations.NullMarked;
