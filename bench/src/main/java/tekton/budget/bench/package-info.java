/** Drives the service under load and under crashes, and says what it measured. */
@NullMarked
package tekton.budget.bench;

import org.jspecify.annotations.NullMarked;
