/**
 * What alerting is asked for and what it answers: acknowledgements, snoozes, channels and
 * deliveries of budget events.
 */
@NullMarked
package tekton.budget.alert;

import org.jspecify.annotations.NullMarked;
