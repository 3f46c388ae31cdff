/** Whether this instance serves, and in which state its parts are. */
@NullMarked
package tekton.budget.api.health;

import org.jspecify.annotations.NullMarked;
