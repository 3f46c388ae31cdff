/** Usage reports in: the hot endpoints, past Spring MVC, from bytes to the topic. */
@NullMarked
package tekton.budget.api.usage;

import org.jspecify.annotations.NullMarked;
