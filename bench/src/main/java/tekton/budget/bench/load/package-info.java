/** Load over REST with an intended schedule, and what came of it. */
@NullMarked
package tekton.budget.bench.load;

import org.jspecify.annotations.NullMarked;
