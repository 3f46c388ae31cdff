/** Settings and wiring of the pricing poller. Imported by mains and nobody else. */
@NullMarked
package tekton.budget.poller.config;

import org.jspecify.annotations.NullMarked;
