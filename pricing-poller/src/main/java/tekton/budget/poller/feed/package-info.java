/** Pure: the bytes of a price list to quotes, and the reason for each thing that is none. */
@NullMarked
package tekton.budget.poller.feed;

import org.jspecify.annotations.NullMarked;
