/**
 * Answers of model providers as they came: whole bodies, recorded streams, batch results, envelopes
 * around them, and bare {@code usage} objects. Shapes are told by their fields, token counts by
 * their sums; the provider's name decides only where neither says anything.
 */
@NullMarked
package tekton.budget.adapter.provider;

import org.jspecify.annotations.NullMarked;
