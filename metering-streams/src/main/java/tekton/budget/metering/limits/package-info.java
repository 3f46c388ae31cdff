/** The limits that the metering has to know of, read from their topic. */
@NullMarked
package tekton.budget.metering.limits;

import org.jspecify.annotations.NullMarked;
