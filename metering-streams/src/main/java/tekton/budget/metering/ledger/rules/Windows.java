package tekton.budget.metering.ledger.rules;

import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;

import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Map;

/** The windows that one instant falls into, each computed once: many policies share a period. */
final class Windows {

    private final ZoneId zone;
    private final long atMs;
    private final Map<Period, Window> known = new EnumMap<>(Period.class);

    private Windows(ZoneId zone, long atMs) {
        this.zone = zone;
        this.atMs = atMs;
    }

    /** In the budget's zone. */
    static Windows of(Budget budget, long atMs) {
        return new Windows(ZoneId.of(budget.zone()), atMs);
    }

    /**
     * The window.
     *
     * @param period one of those that are windows
     */
    Window of(Period period) {
        return known.computeIfAbsent(period, each -> Window.of(each, zone, atMs));
    }
}
