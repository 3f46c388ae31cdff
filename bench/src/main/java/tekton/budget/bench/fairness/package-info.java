/** What greedy and slow clients cost the others. */
@NullMarked
package tekton.budget.bench.fairness;

import org.jspecify.annotations.NullMarked;
