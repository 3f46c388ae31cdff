/**
 * CloudEvents 1.0 that tell of usage: over HTTP in all its modes, as OpenMeter's clients send them,
 * and on Kafka. A mapping says which fields of which type mean what.
 */
@NullMarked
package tekton.budget.adapter.cloudevents;

import org.jspecify.annotations.NullMarked;
