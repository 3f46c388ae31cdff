/** The pricing poller: price sources in, price versions out. */
@NullMarked
package tekton.budget.poller;

import org.jspecify.annotations.NullMarked;
