/** HTTP to servers of others: the only place that opens such connections. */
@NullMarked
package tekton.budget.outbound;

import org.jspecify.annotations.NullMarked;
