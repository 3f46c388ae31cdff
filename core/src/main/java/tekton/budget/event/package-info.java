/** Facts that travel through Kafka, each named in the past tense or as what it is. */
@NullMarked
package tekton.budget.event;

import org.jspecify.annotations.NullMarked;
