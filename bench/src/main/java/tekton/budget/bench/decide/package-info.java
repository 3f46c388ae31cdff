/** How long the ledger takes to decide, alone and under contention, and after a kill. */
@NullMarked
package tekton.budget.bench.decide;

import org.jspecify.annotations.NullMarked;
