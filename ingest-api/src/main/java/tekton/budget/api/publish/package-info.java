/**
 * To Kafka and back within bounds: usage out, requests out, acknowledgements and decisions back.
 */
@NullMarked
package tekton.budget.api.publish;

import org.jspecify.annotations.NullMarked;
