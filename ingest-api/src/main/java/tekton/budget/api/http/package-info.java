/**
 * Every endpoint reads its request and answers with these: bodies, headers and JSON that several
 * share, and one table from a failure to its RFC 9457 problem.
 */
@NullMarked
package tekton.budget.api.http;

import org.jspecify.annotations.NullMarked;
