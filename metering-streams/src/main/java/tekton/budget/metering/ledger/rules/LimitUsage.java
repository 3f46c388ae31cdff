package tekton.budget.metering.ledger.rules;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Budget;
import tekton.budget.ledger.Period;
import tekton.budget.ledger.Policy;
import tekton.budget.ledger.Scope;

import java.util.List;

/** Counts what stands against the policies of a budget for one context at one moment. */
final class LimitUsage {

    private final LedgerView view;
    private final Budget budget;
    private final String contextId;
    private final long atMs;
    private final Windows windows;
    private @Nullable List<SessionUse> session;

    LimitUsage(LedgerView view, Budget budget, String contextId, long atMs) {
        this.view = view;
        this.budget = budget;
        this.contextId = contextId;
        this.atMs = atMs;
        this.windows = Windows.of(budget, atMs);
    }

    Commitment of(Policy policy) {
        return switch (policy.period()) {
            case HOURLY, DAILY, WEEKLY, MONTHLY ->
                    inWindow(view.use(policy), windows.of(policy.period()), atMs);
            case PER_SESSION -> inSession(policy.scope());
            case PER_TASK -> new Commitment(null, Amount.ZERO, Amount.ZERO);
        };
    }

    /**
     * The scope by which a limit counts what is held. A session's rows are not kept by what limits
     * there are, so a limit per session counts the most.
     */
    static Scope heldBy(Period period, Scope limit) {
        return period == Period.PER_SESSION ? Scope.ANY : limit;
    }

    /** What counts in the window that an instant falls into. */
    static Commitment inWindow(PolicyUse use, Window window, long atMs) {
        PolicyUse.WindowUse spent = use.windowAt(atMs);
        return new Commitment(
                window, spent == null ? Amount.ZERO : spent.spent().amount(), use.reserved());
    }

    /** Used and reserved wherever it may belong; usage says all of its scope, unless folded. */
    private Commitment inSession(Scope scope) {
        Amount used = Amount.ZERO;
        Amount reserved = Amount.ZERO;
        for (SessionUse row : session()) {
            if (scope.mayCover(row.scope())) {
                used = SessionUse.sum(used, row.used());
                reserved = reserved.plus(row.reserved());
            }
        }
        return new Commitment(null, used, reserved);
    }

    private List<SessionUse> session() {
        List<SessionUse> rows = session;
        if (rows == null) {
            rows = view.session(budget.budgetId(), contextId);
            session = rows;
        }
        return rows;
    }
}
