/** The way in for other instances, and leaving without anybody noticing. */
@NullMarked
package tekton.budget.api.cluster;

import org.jspecify.annotations.NullMarked;
