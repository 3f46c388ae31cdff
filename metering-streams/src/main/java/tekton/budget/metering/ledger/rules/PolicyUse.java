package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Level;
import tekton.budget.ledger.Measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a policy over windows counts, whether it is enabled or not.
 *
 * @param reserved what open allocations that may fall under it hold
 * @param openCount how many allocations those are
 * @param openTokens how many tokens were granted to them
 * @param windows those that something was used in: the current one and, because clocks differ,
 *     possibly the next; in their order. One that has ended stays until the next change
 */
public record PolicyUse(Amount reserved, int openCount, long openTokens, List<WindowUse> windows) {

    /** Nothing yet. */
    public static final PolicyUse NONE = new PolicyUse(Amount.ZERO, 0, 0, List.of());

    private static final Comparator<WindowUse> IN_ORDER =
            Comparator.comparingLong(WindowUse::startMs);

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
            long startMs, long endMs, SpentTokens spent, Level tokenLevel, Level costLevel) {

        /** How near it was last said to be. */
        Level said(Measure measure) {
            return switch (measure) {
                case TOKENS -> tokenLevel;
                case COST -> costLevel;
            };
        }

        boolean endedBy(long atMs) {
            return endMs <= atMs;
        }

        private WindowUse plus(SpentTokens more) {
            return new WindowUse(startMs, endMs, spent.plus(more), tokenLevel, costLevel);
        }

        private WindowUse saying(Measure measure, Level level) {
            return switch (measure) {
                case TOKENS -> new WindowUse(startMs, endMs, spent, level, costLevel);
                case COST -> new WindowUse(startMs, endMs, spent, tokenLevel, level);
            };
        }
    }

    /** The window that an instant falls into; null when nothing was used in it. */
    public @Nullable WindowUse windowAt(long atMs) {
        for (WindowUse window : windows) {
            if (window.startMs <= atMs && atMs < window.endMs) {
                return window;
            }
        }
        return null;
    }

    /** With an allocation more, which holds so much. */
    PolicyUse opened(long tokens, Amount held) {
        return new PolicyUse(reserved.plus(held), openCount + 1, openTokens + tokens, windows);
    }

    /** With the hold of one allocation changed. */
    PolicyUse holding(Amount before, Amount after) {
        return new PolicyUse(reserved.plus(after).minus(before), openCount, openTokens, windows);
    }

    /** With an allocation less, which held so much. */
    PolicyUse closed(long tokens, Amount held) {
        return new PolicyUse(reserved.minus(held), openCount - 1, openTokens - tokens, windows);
    }

    /** With more spent in a window that has not ended. */
    PolicyUse spending(Window window, SpentTokens more, long atMs) {
        List<WindowUse> kept = new ArrayList<>(windows.size() + 1);
        WindowUse changed = null;
        for (WindowUse each : windows) {
            if (each.startMs == window.startMs()) {
                changed = each.plus(more);
            } else if (!each.endedBy(atMs)) {
                kept.add(each);
            }
        }
        if (changed == null) {
            changed =
                    new WindowUse(
                            window.startMs(), window.endMs(), more, Level.NORMAL, Level.NORMAL);
        }
        kept.add(changed);
        kept.sort(IN_ORDER);
        return new PolicyUse(reserved, openCount, openTokens, kept);
    }

    /** With a level said of the window that begins then, and those dropped that have ended. */
    PolicyUse saying(long startMs, Measure measure, Level level, long atMs) {
        List<WindowUse> kept = new ArrayList<>(windows.size());
        for (WindowUse each : windows) {
            if (each.startMs == startMs) {
                kept.add(each.saying(measure, level));
            } else if (!each.endedBy(atMs)) {
                kept.add(each);
            }
        }
        return new PolicyUse(reserved, openCount, openTokens, kept);
    }

    /** With nothing said of a limit that is no longer there. */
    PolicyUse forgetting(Measure measure) {
        return new PolicyUse(
                reserved,
                openCount,
                openTokens,
                windows.stream().map(each -> each.saying(measure, Level.NORMAL)).toList());
    }
}
