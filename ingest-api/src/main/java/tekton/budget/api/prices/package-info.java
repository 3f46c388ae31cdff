/**
 * Prices as clients ask for them: what is and was in force, what a call costs, what costs less. The
 * price poller makes each change, and its answer is the answer.
 */
@NullMarked
package tekton.budget.api.prices;

import org.jspecify.annotations.NullMarked;
