/** The kill test: traffic, kills, and the comparison at the end. */
@NullMarked
package tekton.budget.bench.kill;

import org.jspecify.annotations.NullMarked;
