/** Topics that other programs write: read, judged like every report, and counted. */
@NullMarked
package tekton.budget.api.foreign;

import org.jspecify.annotations.NullMarked;
