package tekton.budget.metering.query;

import tekton.budget.value.Totals;

import java.util.Comparator;

/** By what the largest totals are chosen. */
public enum TopBy {
    COST,
    TOKENS,
    RECORDS;

    /** Largest first; equal ones by id, so that the answer is stable. */
    public Comparator<KeyedTotals> largestFirst() {
        Comparator<Totals> ascending =
                switch (this) {
                    case COST -> Comparator.comparing(Totals::cost);
                    case TOKENS -> Comparator.comparingLong(totals -> totals.tokens().total());
                    case RECORDS -> Comparator.comparingLong(Totals::recordCount);
                };
        return Comparator.comparing(KeyedTotals::totals, ascending.reversed())
                .thenComparing(KeyedTotals::id);
    }
}
