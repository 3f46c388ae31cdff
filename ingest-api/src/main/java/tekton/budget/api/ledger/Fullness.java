package tekton.budget.api.ledger;

import tekton.budget.ledger.Policy;
import tekton.budget.ledger.PolicyType;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;

import java.util.Comparator;

/** Which policies a person wants to see first. */
final class Fullness {

    /**
     * By the larger of the used parts of tokens and money; without any, those that something counts
     * against or that can refuse before the rest.
     */
    static final Comparator<PolicyView> FULLEST_FIRST =
            Comparator.<PolicyView>comparingDouble(view -> -share(view))
                    .thenComparing(Fullness::isQuiet);

    private Fullness() {}

    /** For an order only: doubles tell apart what people see apart. */
    private static double share(PolicyView view) {
        Policy policy = view.policy();
        Long tokens = policy.tokenLimit();
        Money cost = policy.costLimit();
        return Math.max(
                tokens == null ? 0 : share((double) view.used().tokens(), (double) tokens),
                cost == null
                        ? 0
                        : share(
                                view.used().cost().toBigDecimal().doubleValue(),
                                cost.toBigDecimal().doubleValue()));
    }

    /** Of a limit of nothing, anything is all of it. */
    private static double share(double used, double limit) {
        return limit == 0 ? Math.signum(used) : used / limit;
    }

    private static boolean isQuiet(PolicyView view) {
        return view.policy().type() != PolicyType.HARD_LIMIT
                && view.used().tokens() == 0
                && view.used().cost().equals(Money.ZERO)
                && view.reserved().tokens() == 0;
    }
}
