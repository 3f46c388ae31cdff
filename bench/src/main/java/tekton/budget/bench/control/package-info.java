/** The least that the same work costs without the product: what its figures are compared with. */
@NullMarked
package tekton.budget.bench.control;

import org.jspecify.annotations.NullMarked;
