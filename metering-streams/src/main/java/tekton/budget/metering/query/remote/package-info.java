/**
 * Questions about state that another instance owns: who owns what, how a question and its answer
 * travel over HTTP, and how partials of an answer become one.
 */
@NullMarked
package tekton.budget.metering.query.remote;

import org.jspecify.annotations.NullMarked;
