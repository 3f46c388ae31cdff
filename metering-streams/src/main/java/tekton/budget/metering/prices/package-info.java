/** The price topic as a book in memory. */
@NullMarked
package tekton.budget.metering.prices;

import org.jspecify.annotations.NullMarked;
