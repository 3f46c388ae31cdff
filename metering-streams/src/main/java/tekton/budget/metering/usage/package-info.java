/** Pure: what one record adds to which totals. Imports neither Kafka nor Spring, asks no clock. */
@NullMarked
package tekton.budget.metering.usage;

import org.jspecify.annotations.NullMarked;
