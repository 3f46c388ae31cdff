package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Level;

import java.util.List;

/**
 * What a policy over windows counts, whether it is enabled or not.
 *
 * @param reserved what open allocations that may fall under it hold
 * @param openCount how many allocations those are
 * @param openTokens how many tokens were granted to them
 * @param windows the current window and, because clocks differ, possibly the next; in their order
 */
public record PolicyUse(Amount reserved, int openCount, long openTokens, List<WindowUse> windows) {

    /** Nothing yet. */
    public static final PolicyUse NONE = new PolicyUse(Amount.ZERO, 0, 0, List.of());

    public PolicyUse {
        windows = List.copyOf(windows);
    }

    /**
     * One window.
     *
     * @param startMs when it began, epoch milliseconds
     * @param endMs when it ends
     * @param spent what was used in it
     * @param tokenLevel how near the token limit it was last said to be
     * @param costLevel how near the cost limit it was last said to be
     */
    public record WindowUse(
            long startMs, long endMs, SpentTokens spent, Level tokenLevel, Level costLevel) {}
}
