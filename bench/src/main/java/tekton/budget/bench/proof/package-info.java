/** What the commands that end in PASS or FAIL have in common. */
@NullMarked
package tekton.budget.bench.proof;

import org.jspecify.annotations.NullMarked;
