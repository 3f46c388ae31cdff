/** What live connections cost that have nothing to hear. */
@NullMarked
package tekton.budget.bench.listen;

import org.jspecify.annotations.NullMarked;
