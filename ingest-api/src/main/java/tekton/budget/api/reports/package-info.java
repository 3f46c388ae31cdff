/** Usage summed from the hourly totals by whatever is asked for, as JSON and as CSV. */
@NullMarked
package tekton.budget.api.reports;

import org.jspecify.annotations.NullMarked;
