/** Where Budget is and how to show things: options, environment, files, in that order. */
@NullMarked
package tekton.budget.cli.settings;

import org.jspecify.annotations.NullMarked;
