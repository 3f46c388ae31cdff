/** Ends the process when a program on this machine asks for it. */
@NullMarked
package tekton.budget.api.shutdown;

import org.jspecify.annotations.NullMarked;
