/** A first look at a running product, from outside. */
@NullMarked
package tekton.budget.bench.smoke;

import org.jspecify.annotations.NullMarked;
