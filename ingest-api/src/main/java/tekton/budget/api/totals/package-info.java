/** Totals, summaries and records out: the endpoints over the metering's query ports. */
@NullMarked
package tekton.budget.api.totals;

import org.jspecify.annotations.NullMarked;
