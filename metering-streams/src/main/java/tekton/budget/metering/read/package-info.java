/**
 * Answers questions about some partitions from the stores of this process. What becomes of the
 * shares of an answer is not known here.
 */
@NullMarked
package tekton.budget.metering.read;

import org.jspecify.annotations.NullMarked;
