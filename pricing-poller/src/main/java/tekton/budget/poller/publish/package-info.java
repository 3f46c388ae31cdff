/**
 * To Kafka and back: one working poller at a time, what it has published, and what it is asked for.
 */
@NullMarked
package tekton.budget.poller.publish;

import org.jspecify.annotations.NullMarked;
