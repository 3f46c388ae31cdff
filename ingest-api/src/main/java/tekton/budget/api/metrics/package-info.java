/** What this instance tells Prometheus, and how it is counted. */
@NullMarked
package tekton.budget.api.metrics;

import org.jspecify.annotations.NullMarked;
