/** Who may do what: keys and their scopes, origins, rates, and a record of administrative acts. */
@NullMarked
package tekton.budget.api.access;

import org.jspecify.annotations.NullMarked;
