/** What a start costs, and what the service costs while nobody asks it. */
@NullMarked
package tekton.budget.bench.start;

import org.jspecify.annotations.NullMarked;
