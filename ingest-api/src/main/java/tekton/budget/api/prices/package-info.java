/** Prices as clients ask for them: what is and was in force, what a call costs, what costs less. */
@NullMarked
package tekton.budget.api.prices;

import org.jspecify.annotations.NullMarked;
