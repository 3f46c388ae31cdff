/**
 * Requests that nobody should send, and nearly those that somebody would: made from a seed and a
 * number, so that each can be made again.
 */
@NullMarked
package tekton.budget.bench.hostile;

import org.jspecify.annotations.NullMarked;
