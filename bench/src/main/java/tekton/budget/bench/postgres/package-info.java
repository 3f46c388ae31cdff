/** The same records into the same totals in the database that a user has at hand. */
@NullMarked
package tekton.budget.bench.postgres;

import org.jspecify.annotations.NullMarked;
