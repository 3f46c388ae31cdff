/** What the Streams applications of this process have done and how they stand, as numbers. */
@NullMarked
package tekton.budget.metering.figures;

import org.jspecify.annotations.NullMarked;
