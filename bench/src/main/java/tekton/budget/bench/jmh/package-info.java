/** Micro-benchmarks of the pure code on the hot path. */
@NullMarked
package tekton.budget.bench.jmh;

import org.jspecify.annotations.NullMarked;
