/** What each store keeps, under which key and in which bytes, and why it is made as it is. */
@NullMarked
package tekton.budget.metering.store;

import org.jspecify.annotations.NullMarked;
