/**
 * What both topologies are built of: dead letters, partitions, and figures that a commit counts.
 */
@NullMarked
package tekton.budget.metering.streams;

import org.jspecify.annotations.NullMarked;
