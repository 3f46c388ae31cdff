/** People who run this instance ask for its health, its documents, and its end. */
@NullMarked
package tekton.budget.api.ops;

import org.jspecify.annotations.NullMarked;
