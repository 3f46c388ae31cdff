/** The prices that every part of Budget knows without asking anyone. */
@NullMarked
package tekton.budget.catalogue;

import org.jspecify.annotations.NullMarked;
