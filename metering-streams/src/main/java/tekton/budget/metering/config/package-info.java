/** Settings and wiring of the metering. Imported by mains and nobody else. */
@NullMarked
package tekton.budget.metering.config;

import org.jspecify.annotations.NullMarked;
