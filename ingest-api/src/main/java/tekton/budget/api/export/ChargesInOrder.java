package tekton.budget.api.export;

import org.jspecify.annotations.Nullable;

import tekton.budget.api.http.ProblemException;
import tekton.budget.api.totals.Query;
import tekton.budget.metering.query.Consistency;
import tekton.budget.metering.query.TotalsQueries;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.SortedMap;

/**
 * The charges of an export, some at a time. The totals show what they have in no order, so they are
 * asked a day at a time, and again for what of it is not held; the more there is in an hour, the
 * fewer hours are asked for at once. The memory is bounded and the number of charges is not. For
 * use by one thread.
 */
final class ChargesInOrder {

    /** The most charges that are held, some 1,000 bytes each with short names. */
    static final int HELD_MAX = 20_000;

    private static final int HOURS_MAX = 24;
    private static final long HOUR_MINUTES = 60;

    private final TotalsQueries totals;
    private final @Nullable String budgetId;
    private final EpochMinute end;
    private final Consistency after;
    private final int heldMax;
    private EpochMinute next;
    private @Nullable ChargeKey told;
    private int hours = HOURS_MAX;

    ChargesInOrder(TotalsQueries totals, ExportRequest request, Consistency after) {
        this(totals, request, after, HELD_MAX);
    }

    ChargesInOrder(TotalsQueries totals, ExportRequest request, Consistency after, int heldMax) {
        this.totals = totals;
        this.after = after;
        this.heldMax = heldMax;
        budgetId = request.budgetId();
        next = request.window().fromHour();
        end = request.window().untilMinute();
    }

    boolean hasNext() {
        return next.compareTo(end) < 0;
    }

    /**
     * The next ones, possibly none. Usage that is counted after its place was passed is left to the
     * next export.
     *
     * @throws ProblemException 503 or 504 if they cannot be read
     */
    SortedMap<ChargeKey, Totals> next() {
        EpochMinute until =
                new EpochMinute(Math.min(next.value() + hours * HOUR_MINUTES, end.value()));
        FirstCharges first = new FirstCharges(told, heldMax);
        Query.visited(totals.cells(budgetId, next, until, after, first::add), "Usage");
        SortedMap<ChargeKey, Totals> found = first.inOrder();
        if (first.isCut()) {
            told = found.lastKey();
            next = found.lastKey().hour();
            hours = Math.max(hours / 2, 1);
        } else {
            told = null;
            next = until;
            hours = Math.min(hours * 2, HOURS_MAX);
        }
        return found;
    }
}
