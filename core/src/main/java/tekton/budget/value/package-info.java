/** Values with their rules: money, tokens, totals, positions. Imports the JDK only. */
@NullMarked
package tekton.budget.value;

import org.jspecify.annotations.NullMarked;
