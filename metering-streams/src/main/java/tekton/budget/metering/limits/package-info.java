/** What the metering has to know of budgets, read from its topic: limits and zones. */
@NullMarked
package tekton.budget.metering.limits;

import org.jspecify.annotations.NullMarked;
