package tekton.budget.metering.query;

import tekton.budget.value.Totals;

import java.util.Comparator;

/** By what the largest totals are chosen. */
public enum TopBy {
    COST(Comparator.comparing(Totals::cost)),
    TOKENS(Comparator.comparingLong(totals -> totals.tokens().total())),
    RECORDS(Comparator.comparingLong(Totals::recordCount));

    private final Comparator<Totals> order;

    TopBy(Comparator<Totals> order) {
        this.order = order;
    }

    /** Largest first; equal ones by id, so that the answer is stable. */
    public Comparator<KeyedTotals> largestFirst() {
        return Comparator.comparing(KeyedTotals::totals, order.reversed())
                .thenComparing(KeyedTotals::id);
    }
}
