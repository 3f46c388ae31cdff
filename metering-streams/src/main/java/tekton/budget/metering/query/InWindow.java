package tekton.budget.metering.query;

import tekton.budget.value.Totals;

/**
 * What was used in a window of time.
 *
 * @param totals the sum of what lies in it
 * @param cut an hourly total that lies on both sides of one of its ends, empty when there is none:
 *     with one the total of the window is not known
 */
public record InWindow(Totals totals, Totals cut) {

    /** Nothing. */
    public static final InWindow NOTHING = new InWindow(Totals.ZERO, Totals.ZERO);

    /** With one hourly total more, whatever of it lies in the window, epoch milliseconds. */
    public InWindow plus(Totals hourly, long fromMs, long untilMs) {
        if (hourly.liesWithin(fromMs, untilMs)) {
            return new InWindow(totals.plus(hourly), cut);
        }
        return hourly.liesOutside(fromMs, untilMs) ? this : plus(new InWindow(Totals.ZERO, hourly));
    }

    /** The sum of two parts. */
    public InWindow plus(InWindow other) {
        return new InWindow(totals.plus(other.totals), cut.isEmpty() ? other.cut : cut);
    }
}
