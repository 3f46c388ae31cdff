/** Pure: which price is in force at an instant, and what a record costs. */
@NullMarked
package tekton.budget.pricing;

import org.jspecify.annotations.NullMarked;
