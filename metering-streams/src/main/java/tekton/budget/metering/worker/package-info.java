/** The metering by itself: more hands for the same work, without the HTTP API. */
@NullMarked
package tekton.budget.metering.worker;

import org.jspecify.annotations.NullMarked;
