/**
 * One table of the routes that this service serves and of what each needs, and the endpoint that
 * tells it to programs that look around.
 */
@NullMarked
package tekton.budget.api.route;

import org.jspecify.annotations.NullMarked;
