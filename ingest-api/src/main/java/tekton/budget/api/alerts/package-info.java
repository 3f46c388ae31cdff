/**
 * Budget events as alerts: what was said, who has seen it, where it is delivered. Reads what
 * alerting writes; asks alerting for what is to be done, and waits for it.
 */
@NullMarked
package tekton.budget.api.alerts;

import org.jspecify.annotations.NullMarked;
