package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Standing;
import tekton.budget.value.Money;

import java.math.BigDecimal;
import java.util.List;

/**
 * How amounts stand to the limits of a policy. Exact: a threshold is rounded up to the next token
 * or pico-dollar, which leaves every comparison with it as it was. Nothing used is never near a
 * limit, not even near zero.
 */
final class Limits {

    /** Tokens before cost. */
    static final List<Measure> MEASURES = List.of(Measure.values());

    private static final long PPM = Policy.PPM;

    /** Pico-dollars in a millionth of a dollar. */
    private static final long PICO_PER_MICRO = Money.PICO_PER_USD / PPM;

    private Limits() {}

    /** True when the policy limits this. */
    static boolean has(Policy policy, Measure measure) {
        return switch (measure) {
            case TOKENS -> policy.tokenLimit() != null;
            case COST -> policy.costLimit() != null;
        };
    }

    /** True when the policy allows as much as that; exactly the limit is allowed. */
    static boolean fits(Policy policy, Measure measure, Amount total) {
        return switch (measure) {
            case TOKENS -> {
                Long limit = policy.tokenLimit();
                yield limit == null || total.tokens() <= limit;
            }
            case COST -> {
                Money limit = policy.costLimit();
                yield limit == null || total.cost().compareTo(limit) <= 0;
            }
        };
    }

    /** True when a hard limit on cost may apply to an allocation. */
    static boolean costIsEnforced(LedgerView view, Allocation allocation) {
        for (Policy policy : view.policies(allocation.budgetId())) {
            if (policy.isEnforced()
                    && policy.costLimit() != null
                    && policy.scope().mayCover(allocation.scope())) {
                return true;
            }
        }
        return false;
    }

    /** True when nothing is asked for. What adds nothing to a measure no limit of it refuses. */
    static boolean isNothing(Measure measure, Amount asked) {
        return switch (measure) {
            case TOKENS -> asked.tokens() == 0;
            case COST -> asked.cost().equals(Money.ZERO);
        };
    }

    /** How near the limit so much is. */
    static Level level(Policy policy, Measure measure, Amount amount) {
        return switch (measure) {
            case TOKENS -> tokenLevel(policy, policy.tokenLimit(), amount.tokens());
            case COST -> costLevel(policy, policy.costLimit(), amount.cost());
        };
    }

    /** As clients are told. */
    static Standing standing(
            Policy policy, Measure measure, Commitment counted, Amount asked, Level level) {
        Window window = counted.window();
        return new Standing(
                policy.policyId(),
                policy.type(),
                policy.period(),
                policy.scope(),
                window == null ? null : window.startMs(),
                window == null ? null : window.endMs(),
                measure,
                level,
                limit(policy, measure),
                decimal(measure, counted.used()),
                decimal(measure, counted.reserved()),
                decimal(measure, asked));
    }

    /** That part of a number, rounded up. */
    static long part(long whole, int ppm) {
        return whole / PPM * ppm + ceilDiv(whole % PPM * ppm);
    }

    /** That part of an amount of money, rounded up to a pico-dollar. */
    static Money part(Money whole, int ppm) {
        long usd = whole.usd() / PPM * ppm;
        long micro = whole.usd() % PPM * ppm;
        return new Money(usd, 0)
                .plus(new Money(micro / PPM, micro % PPM * PICO_PER_MICRO))
                .plus(Money.ofPico(ceilDiv(whole.pico() * ppm)));
    }

    private static Level tokenLevel(Policy policy, @Nullable Long limit, long tokens) {
        if (limit == null || tokens == 0) {
            return Level.NORMAL;
        }
        return level(
                tokens >= limit,
                tokens >= part(limit, policy.actionPpm()),
                tokens >= part(limit, policy.warningPpm()));
    }

    private static Level costLevel(Policy policy, @Nullable Money limit, Money cost) {
        if (limit == null || cost.equals(Money.ZERO)) {
            return Level.NORMAL;
        }
        return level(
                cost.compareTo(limit) >= 0,
                cost.compareTo(part(limit, policy.actionPpm())) >= 0,
                cost.compareTo(part(limit, policy.warningPpm())) >= 0);
    }

    private static Level level(boolean exceeded, boolean action, boolean warning) {
        if (exceeded) {
            return Level.EXCEEDED;
        }
        if (action) {
            return Level.ACTION;
        }
        return warning ? Level.WARNING : Level.NORMAL;
    }

    private static BigDecimal limit(Policy policy, Measure measure) {
        Long tokens = policy.tokenLimit();
        Money cost = policy.costLimit();
        return decimal(
                measure, new Amount(tokens == null ? 0 : tokens, cost == null ? Money.ZERO : cost));
    }

    /** Without trailing zeros, so that it is the same once it has been written and read. */
    private static BigDecimal decimal(Measure measure, Amount amount) {
        return switch (measure) {
            case TOKENS -> BigDecimal.valueOf(amount.tokens());
            case COST -> new BigDecimal(amount.cost().toString());
        };
    }

    private static long ceilDiv(long millionths) {
        return Math.ceilDiv(millionths, PPM);
    }
}
