/** What changes prices: asked of the price poller, and answered when it has answered. */
@NullMarked
package tekton.budget.api.prices.admin;

import org.jspecify.annotations.NullMarked;
