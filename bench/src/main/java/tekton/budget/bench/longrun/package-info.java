/** Runs that are made of legs: what is kept between two, and the report of all. */
@NullMarked
package tekton.budget.bench.longrun;

import org.jspecify.annotations.NullMarked;
