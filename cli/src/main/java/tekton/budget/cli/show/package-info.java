/** Answers as tables for people and as CSV for programs. */
@NullMarked
package tekton.budget.cli.show;

import org.jspecify.annotations.NullMarked;
