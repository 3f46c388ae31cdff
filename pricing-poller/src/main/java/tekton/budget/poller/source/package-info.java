/** Where price lists come from: over HTTP, from files, and from the last good copy of each. */
@NullMarked
package tekton.budget.poller.source;

import org.jspecify.annotations.NullMarked;
