/** The topics: name, key, value, partitions and retention, each one constant. */
@NullMarked
package tekton.budget.topic;

import org.jspecify.annotations.NullMarked;
