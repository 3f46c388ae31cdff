/** Settings and wiring: builds every part and starts what needs Kafka in the background. */
@NullMarked
package tekton.budget.api.config;

import org.jspecify.annotations.NullMarked;
