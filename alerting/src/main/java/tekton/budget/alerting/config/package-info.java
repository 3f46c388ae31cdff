/** Settings and wiring. */
@NullMarked
package tekton.budget.alerting.config;

import org.jspecify.annotations.NullMarked;
