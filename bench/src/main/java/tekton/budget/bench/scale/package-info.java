/** What the work costs on one instance and on several. */
@NullMarked
package tekton.budget.bench.scale;

import org.jspecify.annotations.NullMarked;
