/**
 * Answers to questions about some partitions, from the stores of this process: each kind of shard
 * has its questions, and each question reads its answer. Nobody here knows what becomes of it.
 */
@NullMarked
package tekton.budget.metering.query.local;

import org.jspecify.annotations.NullMarked;
