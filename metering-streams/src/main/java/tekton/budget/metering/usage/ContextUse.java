package tekton.budget.metering.usage;

import tekton.budget.event.HandOver.Cell;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Spending;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.List;

/**
 * What one context has used: in all, and of which budget in which scope, because limits per session
 * belong to a budget and may have a scope.
 *
 * @param totals in all
 * @param spendings the parts, each budget and scope once, in the order of their first use
 */
public record ContextUse(Totals totals, List<Spending> spendings) {

    /**
     * The most parts that are told apart. What comes on top is counted together for its budget,
     * under {@link Scope#ANY}, which every limit counts because it might be its own; beyond twice
     * as many a budget that is new to the context is not watched there.
     */
    static final int SCOPES_MAX = 50;

    /** What one record adds. */
    public static ContextUse of(Contribution contribution) {
        Cell cell = contribution.cell();
        Totals totals = contribution.totals();
        return new ContextUse(
                totals,
                List.of(
                        new Spending(
                                cell.budgetId(),
                                new Scope(
                                        cell.tier(),
                                        cell.provider(),
                                        cell.component(),
                                        cell.taskType()),
                                new Amount(totals.tokens().total(), totals.cost()))));
    }

    /** The sum. */
    public ContextUse plus(ContextUse more) {
        List<Spending> sum = new ArrayList<>(spendings);
        more.spendings.forEach(each -> add(sum, each));
        return new ContextUse(totals.plus(more.totals), sum);
    }

    private static void add(List<Spending> sum, Spending more) {
        int at = indexOf(sum, more.budgetId(), more.scope());
        if (at < 0 && sum.size() >= SCOPES_MAX) {
            at = indexOf(sum, more.budgetId(), Scope.ANY);
            if (at < 0 && sum.size() < 2 * SCOPES_MAX) {
                sum.add(new Spending(more.budgetId(), Scope.ANY, more.used()));
                return;
            }
        } else if (at < 0) {
            sum.add(more);
            return;
        }
        if (at >= 0) {
            Spending before = sum.get(at);
            sum.set(
                    at,
                    new Spending(
                            before.budgetId(), before.scope(), before.used().plus(more.used())));
        }
    }

    private static int indexOf(List<Spending> sum, String budgetId, Scope scope) {
        for (int i = 0; i < sum.size(); i++) {
            Spending each = sum.get(i);
            if (each.budgetId().equals(budgetId) && each.scope().equals(scope)) {
                return i;
            }
        }
        return -1;
    }
}
