/**
 * Pure: how the ledger decides. {@code Decider} reads rows and says what follows, {@code Evolver}
 * alone changes them; neither knows Kafka, a store or a clock.
 */
@NullMarked
package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.NullMarked;
