/** The price topic as a book in memory, and the built-in prices that it begins with. */
@NullMarked
package tekton.budget.metering.prices;

import org.jspecify.annotations.NullMarked;
