/** Tells people what they should hear of: a program of its own, or a part of the whole service. */
@NullMarked
package tekton.budget.alerting;

import org.jspecify.annotations.NullMarked;
