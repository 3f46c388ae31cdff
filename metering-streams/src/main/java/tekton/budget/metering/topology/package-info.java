/** The metering topology and its processors: thin shells around pure rules. */
@NullMarked
package tekton.budget.metering.topology;

import org.jspecify.annotations.NullMarked;
