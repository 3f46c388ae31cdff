/** Usage by the hour in the columns that billing tools read. */
@NullMarked
package tekton.budget.api.export;

import org.jspecify.annotations.NullMarked;
