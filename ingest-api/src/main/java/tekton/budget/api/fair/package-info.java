/** How much of this instance each caller may have at once. */
@NullMarked
package tekton.budget.api.fair;

import org.jspecify.annotations.NullMarked;
