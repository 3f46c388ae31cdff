/**
 * Answers the query ports from the stores of this process. The one place that would ask another
 * instance, where the owner of a key is one.
 */
@NullMarked
package tekton.budget.metering.read;

import org.jspecify.annotations.NullMarked;
