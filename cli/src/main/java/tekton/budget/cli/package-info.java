/** The command line: its main, and how it ends. */
@NullMarked
package tekton.budget.cli;

import org.jspecify.annotations.NullMarked;
