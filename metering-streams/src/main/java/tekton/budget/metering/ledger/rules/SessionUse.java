package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Scope;

/**
 * What one context has used through allocations and holds reserved, in one scope.
 *
 * @param scope the scope: of the usage, or of the open allocations
 * @param used what was used
 * @param reserved what open allocations hold
 * @param updatedAtMs when it last changed, epoch milliseconds of ledger time
 */
public record SessionUse(Scope scope, Amount used, Amount reserved, long updatedAtMs) {}
