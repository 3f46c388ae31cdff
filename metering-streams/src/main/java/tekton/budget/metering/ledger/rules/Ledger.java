package tekton.budget.metering.ledger.rules;

import tekton.budget.event.LedgerDelta;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.BudgetDefined;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Refusal.RefusalCode;
import tekton.budget.value.CellWidth;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The ledger of one partition: the only writer of its rows. Time is given with every input and
 * never runs backwards; whatever time alone leads to comes before what the input leads to. One
 * thread.
 */
public final class Ledger {

    private final LedgerRows rows;
    private final Decider deciding;
    private final Evolver evolving;

    /** The cell that windows were last looked at in, epoch minutes. */
    private long cellSeen = Long.MIN_VALUE;

    /** The finest cells of any budget here: no window ends within one. */
    private CellWidth finest = CellWidth.HOUR;

    /** Budgets that are inactive and have open allocations left. */
    private final Set<String> emptying = new LinkedHashSet<>();

    public Ledger(LedgerRows rows) {
        this(rows, LedgerBounds.STANDARD);
    }

    Ledger(LedgerRows rows, LedgerBounds bounds) {
        this.rows = rows;
        this.deciding = new Decider(rows, bounds);
        this.evolving = new Evolver(rows);
    }

    /**
     * Decides.
     *
     * @return all that follows, in its order; the decision is the last {@link
     *     LedgerEvent.LedgerDecision} among them
     */
    public List<LedgerEvent> request(LedgerRequest request, long timeMs) {
        List<LedgerEvent> events = new ArrayList<>();
        boolean caughtUp = passTime(timeMs, LedgerBounds.ENDED_AT_ONCE, events);
        List<LedgerEvent> decided =
                caughtUp || !(request instanceof LedgerRequest.Allocate)
                        ? deciding.request(request, timeMs)
                        : List.of(Refusals.catchingUp(request.head(), timeMs));
        foldWithLevels(decided, timeMs, events);
        if (decided.getLast() instanceof BudgetDefined defined) {
            meet(defined.budget());
        }
        LedgerRequest.Repeat repeat = request.head().repeat();
        if (repeat != null
                && decided.getLast() instanceof LedgerEvent.LedgerDecision decision
                && isRemembered(decision)) {
            evolving.remember(request.head().budgetId(), repeat, decision, timeMs);
        }
        return events;
    }

    /** Counts usage, and draws down the allocation that it names. */
    public List<LedgerEvent> delta(LedgerDelta delta, long timeMs) {
        List<LedgerEvent> events = new ArrayList<>();
        passTime(timeMs, LedgerBounds.ENDED_AT_ONCE, events);
        foldWithLevels(deciding.delta(delta, timeMs), timeMs, events);
        return events;
    }

    /**
     * Lets time pass where nothing else happens.
     *
     * @param limit how many allocations may end in this call
     */
    public List<LedgerEvent> tick(long timeMs, int limit) {
        List<LedgerEvent> events = new ArrayList<>();
        passTime(timeMs, limit, events);
        return events;
    }

    /**
     * What a request would lead to; changes nothing, and does not look at its idempotency key.
     * Advisory: whoever is decided next may be somebody else.
     */
    public static LedgerEvent.LedgerDecision check(
            LedgerView view, LedgerRequest.Allocate request, long timeMs) {
        return AllocationRules.allocate(view, request, LedgerBounds.STANDARD, timeMs);
    }

    /**
     * Ends what is due, and looks at windows that have ended.
     *
     * @param limit how many allocations may end: a thousand at a time in one transaction are no
     *     matter, a hundred thousand would outlast it
     * @return true when nothing more is due
     */
    private boolean passTime(long timeMs, int limit, List<LedgerEvent> events) {
        List<LedgerEvent> expired = deciding.expire(timeMs, limit);
        fold(expired, events);
        roll(timeMs, events);
        empty(limit - expired.size(), timeMs, events);
        return expired.size() < limit || deciding.expire(timeMs, 1).isEmpty();
    }

    private void roll(long timeMs, List<LedgerEvent> events) {
        if (cellSeen == Long.MIN_VALUE) {
            rows.forEachBudget(this::meet);
        }
        long cell = finest.begin(timeMs).value();
        if (cell > cellSeen) {
            fold(LevelRules.rolled(rows, timeMs), events);
            cellSeen = cell;
        }
    }

    private void meet(Budget budget) {
        emptyIfInactive(budget);
        CellWidth width =
                CellWidth.ofBudget(budget.zone(), budget.createdAtMs()).orElse(CellWidth.FINEST);
        if (width.compareTo(finest) > 0) {
            finest = width;
        }
    }

    private void emptyIfInactive(Budget budget) {
        if (!budget.active() && rows.openCount(budget.budgetId()) > 0) {
            emptying.add(budget.budgetId());
        }
    }

    /** Goes on releasing what was open when budgets were deactivated. */
    private void empty(int limit, long timeMs, List<LedgerEvent> events) {
        int left = limit;
        for (Iterator<String> each = emptying.iterator(); each.hasNext() && left > 0; ) {
            String budgetId = each.next();
            Budget budget = rows.budget(budgetId);
            if (budget != null && !budget.active()) {
                List<LedgerEvent> ended = BudgetRules.released(rows, budgetId, left, timeMs);
                fold(ended, events);
                left -= ended.size();
            }
            if (budget == null || budget.active() || rows.openCount(budgetId) == 0) {
                each.remove();
            }
        }
    }

    private void foldWithLevels(List<LedgerEvent> decided, long timeMs, List<LedgerEvent> events) {
        fold(decided, events);
        for (LedgerEvent each : decided) {
            fold(LevelRules.after(rows, each, timeMs), events);
        }
    }

    private void fold(List<LedgerEvent> decided, List<LedgerEvent> events) {
        for (LedgerEvent each : decided) {
            evolving.fold(each);
            events.add(each);
        }
    }

    /**
     * A conflict is about the key itself: remembering it would replace the first decision. Who is
     * told to come again later will come again with the same key.
     */
    private static boolean isRemembered(LedgerEvent.LedgerDecision decision) {
        return switch (decision) {
            case RequestRepeated _ -> false;
            case RequestRefused refused ->
                    refused.refusal().code() != RefusalCode.IDEMPOTENCY_CONFLICT
                            && refused.refusal().code() != RefusalCode.CATCHING_UP;
            default -> true;
        };
    }
}
