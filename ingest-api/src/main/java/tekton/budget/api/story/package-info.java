/** What became of one record: the log, its price, its allocation, its repeats. */
@NullMarked
package tekton.budget.api.story;

import org.jspecify.annotations.NullMarked;
