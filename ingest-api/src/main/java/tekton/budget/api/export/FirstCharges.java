package tekton.budget.api.export;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Of hourly totals that are shown in any order, the first in the order of charges; so many of them
 * are held and no more. The cells of a budget that are finer than an hour are one charge. For use
 * by one thread at a time.
 */
final class FirstCharges {

    private final @Nullable ChargeKey after;
    private final int max;
    private final TreeMap<ChargeKey, Totals> first = new TreeMap<>();
    private boolean cut;

    /**
     * None so far.
     *
     * @param after the charges up to this one are left out; null for none
     * @param max how many are held, at least 1
     */
    FirstCharges(@Nullable ChargeKey after, int max) {
        this.after = after;
        this.max = max;
    }

    /** One hourly total more. */
    void add(Cell cell, Totals totals) {
        ChargeKey key = new ChargeKey(EpochMinute.hourOf(totals.firstAtMs()), cell);
        if (after != null && key.compareTo(after) <= 0) {
            return;
        }
        // A charge that was put out stands behind all that are held, and so it does when another
        // part of its hour is shown: none comes back without the part that went with it.
        first.merge(key, totals, Totals::plus);
        if (first.size() > max) {
            first.pollLastEntry();
            cut = true;
        }
    }

    /** True when there are more behind them. */
    boolean isCut() {
        return cut;
    }

    /** They, in their order. */
    SortedMap<ChargeKey, Totals> inOrder() {
        return first;
    }
}
