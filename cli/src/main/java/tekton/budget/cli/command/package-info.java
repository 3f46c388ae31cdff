/** The commands: most are data, some are more than one request. */
@NullMarked
package tekton.budget.cli.command;

import org.jspecify.annotations.NullMarked;
