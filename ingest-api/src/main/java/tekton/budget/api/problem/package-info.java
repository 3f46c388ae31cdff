/** One table from a failure to its HTTP answer: RFC 9457 problems, the same on every path. */
@NullMarked
package tekton.budget.api.problem;

import org.jspecify.annotations.NullMarked;
