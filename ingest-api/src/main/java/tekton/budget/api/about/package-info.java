/** Who this service says it is, what it can do and where. */
@NullMarked
package tekton.budget.api.about;

import org.jspecify.annotations.NullMarked;
