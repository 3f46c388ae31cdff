/** What could not be counted: shown, and sent again. */
@NullMarked
package tekton.budget.api.letters;

import org.jspecify.annotations.NullMarked;
