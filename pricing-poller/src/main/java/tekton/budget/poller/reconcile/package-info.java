/**
 * Pure: quotes, the prices known and the time in; what to publish, to quarantine and to point out.
 */
@NullMarked
package tekton.budget.poller.reconcile;

import org.jspecify.annotations.NullMarked;
