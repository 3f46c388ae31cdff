/**
 * Answers questions about some partitions from the stores of this process. What becomes of the
 * partials of an answer is not known here.
 */
@NullMarked
package tekton.budget.metering.query.local;

import org.jspecify.annotations.NullMarked;
