/** What instances ask each other: questions about some partitions, and the shares of an answer. */
@NullMarked
package tekton.budget.metering.share;

import org.jspecify.annotations.NullMarked;
