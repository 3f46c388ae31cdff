/** The only HTTP front of Budget: usage reports in, totals out. */
@NullMarked
package tekton.budget.api;

import org.jspecify.annotations.NullMarked;
