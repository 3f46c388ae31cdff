/**
 * Reads facts and requests, and writes what follows from them in one transaction with how far it
 * has read: so an event is in the topic once, whenever this is killed.
 */
@NullMarked
package tekton.budget.alerting.consume;

import org.jspecify.annotations.NullMarked;
