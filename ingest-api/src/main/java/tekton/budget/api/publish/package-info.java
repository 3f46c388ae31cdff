/** The one Kafka producer: usage records out, acknowledgements back, within a bound on memory. */
@NullMarked
package tekton.budget.api.publish;

import org.jspecify.annotations.NullMarked;
