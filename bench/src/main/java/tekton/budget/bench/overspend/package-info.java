/** Two processes, many callers, one limit: whether it can be overspent, whatever is killed. */
@NullMarked
package tekton.budget.bench.overspend;

import org.jspecify.annotations.NullMarked;
