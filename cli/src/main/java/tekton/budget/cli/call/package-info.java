/**
 * One request to the HTTP API and its answer, JSON as a tree, and failures with their exit codes.
 */
@NullMarked
package tekton.budget.cli.call;

import org.jspecify.annotations.NullMarked;
