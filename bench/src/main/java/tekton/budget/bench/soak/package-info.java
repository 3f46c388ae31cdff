/** Hours at a steady rate, to see what grows. */
@NullMarked
package tekton.budget.bench.soak;

import org.jspecify.annotations.NullMarked;
