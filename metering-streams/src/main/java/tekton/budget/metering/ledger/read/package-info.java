/** Answers what the ledger is asked, from the stores of this process. */
@NullMarked
package tekton.budget.metering.ledger.read;

import org.jspecify.annotations.NullMarked;
