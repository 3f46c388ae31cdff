package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.HoldPrice;
import tekton.budget.ledger.LedgerRequest.Allocate;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Standing;
import tekton.budget.value.Money;

import java.util.ArrayList;
import java.util.List;

/**
 * What an allocation is weighed against: every enabled policy that its usage may fall under. A part
 * of the scope that the caller left open must fit whatever it turns out to be.
 *
 * @param unpriced the hard cost limits that cannot be compared with, because the price is unknown
 * @param blocking the hard limits in the way, those among them; oldest policy first, tokens before
 *     cost
 * @param warnings the limits of other policies that it touches, in the same order
 */
record LimitCheck(List<Standing> unpriced, List<Standing> blocking, List<Standing> warnings) {

    /**
     * Weighs a request.
     *
     * @param price what it is held at, as its allocation would keep it; null when that is unknown
     */
    static LimitCheck of(
            LedgerView view,
            Budget budget,
            Allocate request,
            @Nullable HoldPrice price,
            long atMs) {
        LimitUsage counting = new LimitUsage(view, budget, request.contextId(), atMs);
        LimitCheck result = new LimitCheck(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (Policy policy : view.policies(budget.budgetId())) {
            if (policy.enabled()
                    && policy.type() != PolicyType.IGNORE
                    && policy.scope().mayCover(request.scope())) {
                Commitment counted = counting.of(policy);
                Amount asked =
                        asked(request, price, LimitUsage.heldBy(policy.period(), policy.scope()));
                for (Measure measure : Limits.MEASURES) {
                    if (Limits.has(policy, measure)) {
                        result.weigh(policy, measure, counted, asked, price != null);
                    }
                }
            }
        }
        return result;
    }

    private static Amount asked(Allocate request, @Nullable HoldPrice price, Scope limit) {
        long tokens = request.tokens();
        return new Amount(
                tokens,
                price == null
                        ? Money.ZERO
                        : price.of(limit, tokens, AllocationRules.requests(request)));
    }

    private void weigh(
            Policy policy, Measure measure, Commitment counted, Amount asked, boolean priced) {
        Amount total = counted.with(asked);
        if (policy.type() != PolicyType.HARD_LIMIT) {
            Level level = Limits.level(policy, measure, total);
            if (level != Level.NORMAL && warnings.size() < LedgerBounds.WARNINGS_MAX) {
                warnings.add(Limits.standing(policy, measure, counted, asked, level));
            }
            return;
        }
        boolean unknown = measure == Measure.COST && !priced;
        if (!unknown && (Limits.isNothing(measure, asked) || Limits.fits(policy, measure, total))) {
            return;
        }
        Level level = Limits.level(policy, measure, total);
        if (unknown && unpriced.size() < LedgerBounds.BLOCKING_MAX) {
            unpriced.add(Limits.standing(policy, measure, counted, asked, level));
        }
        if (blocking.size() < LedgerBounds.BLOCKING_MAX) {
            blocking.add(Limits.standing(policy, measure, counted, asked, level));
        }
    }
}
