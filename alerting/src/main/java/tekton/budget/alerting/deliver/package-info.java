/**
 * Delivers budget events to channels: each has a queue and a thread of its own, so that one that is
 * slow or dead delays nobody. At least once: a receiver knows a repeat by the event's id.
 */
@NullMarked
package tekton.budget.alerting.deliver;

import org.jspecify.annotations.NullMarked;
