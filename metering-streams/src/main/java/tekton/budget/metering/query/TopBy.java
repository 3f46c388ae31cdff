package tekton.budget.metering.query;

import tekton.budget.value.Totals;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/** By what the largest totals are chosen. */
public enum TopBy {
    COST,
    TOKENS,
    RECORDS;

    /** Its name in any case. */
    public static Optional<TopBy> parse(String text) {
        return Arrays.stream(values()).filter(by -> by.name().equalsIgnoreCase(text)).findFirst();
    }

    /** Largest first; equal ones in no order. */
    public Comparator<Totals> largestTotalsFirst() {
        Comparator<Totals> ascending =
                switch (this) {
                    case COST -> Comparator.comparing(Totals::cost);
                    case TOKENS -> Comparator.comparingLong(totals -> totals.tokens().total());
                    case RECORDS -> Comparator.comparingLong(Totals::recordCount);
                };
        return ascending.reversed();
    }

    /** Largest first; equal ones by id, so that the answer is stable. */
    public Comparator<KeyedTotals> largestFirst() {
        return Comparator.comparing(KeyedTotals::totals, largestTotalsFirst())
                .thenComparing(KeyedTotals::id);
    }
}
