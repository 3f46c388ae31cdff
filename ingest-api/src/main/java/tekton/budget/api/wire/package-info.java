/** JSON and HTTP pieces that several endpoints share: records, totals, bodies, headers. */
@NullMarked
package tekton.budget.api.wire;

import org.jspecify.annotations.NullMarked;
