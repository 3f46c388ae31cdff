/**
 * Questions about state that other instances own: who owns what, how a question and its answer
 * travel over HTTP, and how partial answers become one.
 */
@NullMarked
package tekton.budget.metering.query.remote;

import org.jspecify.annotations.NullMarked;
