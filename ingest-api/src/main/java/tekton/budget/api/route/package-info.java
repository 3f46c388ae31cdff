/** Which paths this service serves, and what it says of itself to programs that look around. */
@NullMarked
package tekton.budget.api.route;

import org.jspecify.annotations.NullMarked;
