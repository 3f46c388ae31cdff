package tekton.budget.metering.ledger.rules;

import tekton.budget.event.LedgerDelta;
import tekton.budget.ledger.LedgerEvent;
import tekton.budget.ledger.LedgerEvent.RequestRefused;
import tekton.budget.ledger.LedgerEvent.RequestRepeated;
import tekton.budget.ledger.LedgerRequest;
import tekton.budget.ledger.Refusal.Code;
import tekton.budget.value.Hour;

import java.util.ArrayList;
import java.util.List;

/**
 * The ledger of one partition: the only writer of its rows. Time is given with every input and
 * never runs backwards; whatever time alone leads to comes before what the input leads to. One
 * thread.
 */
public final class Ledger {

    private final LedgerRows rows;
    private final Deciding deciding;
    private final Evolving evolving;

    /** The hour that windows were last looked at in; windows end at full hours only. */
    private long hourSeen = Long.MIN_VALUE;

    public Ledger(LedgerRows rows) {
        this(rows, LedgerBounds.STANDARD);
    }

    Ledger(LedgerRows rows, LedgerBounds bounds) {
        this.rows = rows;
        this.deciding = new Deciding(rows, bounds);
        this.evolving = new Evolving(rows);
    }

    /**
     * Decides.
     *
     * @return all that follows, in its order; the decision is the last {@link LedgerEvent.Decision}
     *     among them
     */
    public List<LedgerEvent> request(LedgerRequest request, long timeMs) {
        List<LedgerEvent> events = passTime(timeMs);
        List<LedgerEvent> decided = deciding.request(request, timeMs);
        foldWithLevels(decided, timeMs, events);
        LedgerRequest.Repeat repeat = request.head().repeat();
        if (repeat != null
                && decided.getLast() instanceof LedgerEvent.Decision decision
                && isRemembered(decision)) {
            evolving.remember(request.head().budgetId(), repeat, decision, timeMs);
        }
        return events;
    }

    /** Counts usage, and draws down the allocation that it names. */
    public List<LedgerEvent> delta(LedgerDelta delta, long timeMs) {
        List<LedgerEvent> events = passTime(timeMs);
        foldWithLevels(deciding.delta(delta, timeMs), timeMs, events);
        return events;
    }

    /**
     * Lets time pass where nothing else happens.
     *
     * @param limit how many allocations may expire in this call
     */
    public List<LedgerEvent> tick(long timeMs, int limit) {
        List<LedgerEvent> events = new ArrayList<>();
        fold(deciding.expire(timeMs, limit), events);
        roll(timeMs, events);
        return events;
    }

    /**
     * What a request would lead to; changes nothing, and does not look at its idempotency key.
     * Advisory: whoever is decided next may be somebody else.
     */
    public static LedgerEvent.Decision check(
            LedgerView view, LedgerRequest.Allocate request, long timeMs) {
        return AllocationRules.allocate(view, request, LedgerBounds.STANDARD, timeMs);
    }

    private List<LedgerEvent> passTime(long timeMs) {
        List<LedgerEvent> events = new ArrayList<>();
        List<LedgerEvent> expired = deciding.expire(timeMs, LedgerBounds.EXPIRY_BATCH);
        while (!expired.isEmpty()) {
            fold(expired, events);
            expired = deciding.expire(timeMs, LedgerBounds.EXPIRY_BATCH);
        }
        roll(timeMs, events);
        return events;
    }

    private void roll(long timeMs, List<LedgerEvent> events) {
        long hour = Hour.of(timeMs);
        if (hour > hourSeen) {
            fold(LevelRules.rolled(rows, timeMs), events);
            hourSeen = hour;
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

    /** A conflict is about the key itself: remembering it would replace the first decision. */
    private static boolean isRemembered(LedgerEvent.Decision decision) {
        return switch (decision) {
            case RequestRepeated _ -> false;
            case RequestRefused refused -> refused.refusal().code() != Code.IDEMPOTENCY_CONFLICT;
            default -> true;
        };
    }
}
