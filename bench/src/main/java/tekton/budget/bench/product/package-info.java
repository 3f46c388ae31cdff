/** The product as a process: starting, killing and asking it, and what it costs. */
@NullMarked
package tekton.budget.bench.product;

import org.jspecify.annotations.NullMarked;
