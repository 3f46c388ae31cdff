/** What the totals must be, worked out from the topics alone. Shares no code with the product. */
@NullMarked
package tekton.budget.bench.oracle;

import org.jspecify.annotations.NullMarked;
