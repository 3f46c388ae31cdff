/** How fast the topology drains what direct producers wrote. */
@NullMarked
package tekton.budget.bench.drain;

import org.jspecify.annotations.NullMarked;
