/** The ledger topology: a thin shell around the rules. */
@NullMarked
package tekton.budget.metering.ledger.topology;

import org.jspecify.annotations.NullMarked;
