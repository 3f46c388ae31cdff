/**
 * One owner for each partition of requests: it loads its state from topics, decides by pure rules,
 * and commits what it decides together with its place.
 */
@NullMarked
package tekton.budget.kafka.shard;

import org.jspecify.annotations.NullMarked;
