package tekton.budget.ledger;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * When a limit will be reached, if the rest of the window spends as its beginning did:
 *
 * <pre>exhausted = now + (limit − used) × (now − window start) / used</pre>
 *
 * <p>The mean since the window began, not the latest slope: two crossings can lie milliseconds
 * apart, and a burst would then foretell the end of the world.
 */
public final class Forecast {

    private Forecast() {}

    /**
     * The time at which a limit will be reached, epoch milliseconds, rounded up; null if not before
     * the window ends, if it has been reached, or if nothing can be said yet.
     *
     * @param startMs when the window began
     * @param endMs when it ends
     * @param nowMs when so much was used
     */
    public static @Nullable Long exhaustedAtMs(
            long startMs, long endMs, long nowMs, BigDecimal used, BigDecimal limit) {
        if (nowMs <= startMs || nowMs >= endMs || used.signum() <= 0) {
            return null;
        }
        BigDecimal left = limit.subtract(used);
        if (left.signum() <= 0) {
            return null;
        }
        BigDecimal afterMs =
                left.multiply(BigDecimal.valueOf(nowMs - startMs))
                        .divide(used, 0, RoundingMode.CEILING);
        return afterMs.compareTo(BigDecimal.valueOf(endMs - nowMs)) < 0
                ? (Long) (nowMs + afterMs.longValueExact())
                : null;
    }
}
