package tekton.budget.api.ledger;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Forecast;
import tekton.budget.ledger.Policy;
import tekton.budget.metering.query.LedgerQueries.PolicyView;
import tekton.budget.value.Money;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * When a policy's limit will be reached, as summaries tell it: by the formula of {@code
 * limit_forecast}, at any time and not only when a threshold is reached.
 */
final class Exhaustion {

    /**
     * A window has just begun until this part of it is over: 36 s of an hour, 14 min of a day. A
     * call or two would foretell an end that never comes.
     */
    private static final int BEGINNING = 100;

    private Exhaustion() {}

    /**
     * The earlier of the times at which its limits will be reached, epoch milliseconds. Null when
     * none will be before its window ends, when one has been, and when nothing was used; also while
     * the window has just begun and less than the warning threshold is used.
     *
     * @param nowMs when it stands so, epoch milliseconds
     */
    static @Nullable Long atMs(PolicyView view, long nowMs) {
        BigDecimal tokens = BigDecimal.valueOf(view.used().tokens());
        BigDecimal cost = view.used().cost().toBigDecimal();
        Long tokenLimit = view.policy().tokenLimit();
        Money costLimit = view.policy().costLimit();
        BigDecimal mostTokens = tokenLimit == null ? null : BigDecimal.valueOf(tokenLimit);
        BigDecimal mostCost = costLimit == null ? null : costLimit.toBigDecimal();
        if (isReached(tokens, mostTokens) || isReached(cost, mostCost)) {
            return null;
        }
        return Stream.of(atMs(view, nowMs, tokens, mostTokens), atMs(view, nowMs, cost, mostCost))
                .filter(Objects::nonNull)
                .min(Long::compare)
                .orElse(null);
    }

    private static boolean isReached(BigDecimal used, @Nullable BigDecimal limit) {
        return limit != null && used.compareTo(limit) >= 0;
    }

    private static @Nullable Long atMs(
            PolicyView view, long nowMs, BigDecimal used, @Nullable BigDecimal limit) {
        if (limit == null) {
            return null;
        }
        boolean hasJustBegun = nowMs - view.startMs() < (view.endMs() - view.startMs()) / BEGINNING;
        boolean warns =
                used.multiply(BigDecimal.valueOf(Policy.PPM))
                                .compareTo(
                                        limit.multiply(
                                                BigDecimal.valueOf(view.policy().warningPpm())))
                        >= 0;
        return hasJustBegun && !warns
                ? null
                : Forecast.exhaustedAtMs(view.startMs(), view.endMs(), nowMs, used, limit);
    }
}
