/** Read ports over the state of the metering, and what they answer. */
@NullMarked
package tekton.budget.metering.query;

import org.jspecify.annotations.NullMarked;
