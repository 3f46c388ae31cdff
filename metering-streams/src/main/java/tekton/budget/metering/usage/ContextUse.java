package tekton.budget.metering.usage;

import tekton.budget.ledger.Spending;
import tekton.budget.value.Totals;

import java.util.List;

/**
 * What one context has used: in all, and of which budget in which scope, because limits per session
 * belong to a budget and may have a scope.
 *
 * @param totals in all
 * @param spendings the parts, each budget and scope once, in the order of their first use
 */
public record ContextUse(Totals totals, List<Spending> spendings) {

    public ContextUse {
        spendings = List.copyOf(spendings);
    }
}
