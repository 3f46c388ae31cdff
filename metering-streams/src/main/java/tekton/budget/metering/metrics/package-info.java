/**
 * What the metering counts, in Micrometer's meters. Tasks count in their open transaction; the
 * meters hear of it when that is committed, so what was aborted and repeated counts once.
 */
@NullMarked
package tekton.budget.metering.metrics;

import org.jspecify.annotations.NullMarked;
