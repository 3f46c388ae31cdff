/** All topics of Budget to files and back: a backup that is restored on an empty cluster. */
@NullMarked
package tekton.budget.kafka.backup;

import org.jspecify.annotations.NullMarked;
