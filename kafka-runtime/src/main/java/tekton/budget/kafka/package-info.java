/** How every module reads, follows and writes topics. */
@NullMarked
package tekton.budget.kafka;

import org.jspecify.annotations.NullMarked;
