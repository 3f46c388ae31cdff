/** What the environment says, read the same way by every application. */
@NullMarked
package tekton.budget.settings;

import org.jspecify.annotations.NullMarked;
