package tekton.budget.metering.ledger.store;

import tekton.budget.ledger.Scope;
import tekton.budget.metering.usage.CellFolding;

/**
 * Keeps a budget's scopes of one hour within a bound, whatever names a stranger invents: past it
 * new ones fold into "other", first the component, then the task type, at last everything but the
 * tier. What has a row of its own keeps it. Only the rows that a new policy looks back at are
 * concerned, no running window.
 */
final class ScopeFolding {

    /** The most scopes of one budget and hour. */
    static final int SCOPES_MAX = 10_000;

    /** From here on new scopes fold the component. */
    static final int FULL_DETAIL_MAX = 8_000;

    /** From here on they fold the task type too. */
    static final int WITHOUT_COMPONENT_MAX = 9_000;

    /** From here on they fold the provider too: at most one scope per tier, or none, remains. */
    static final int WITHOUT_TASK_TYPE_MAX = SCOPES_MAX - 4;

    private static final String OTHER = CellFolding.OTHER;

    private ScopeFolding() {}

    /**
     * The scope in which to count, if the given one is new.
     *
     * @param scopeCount how many scopes the budget has in the hour already
     */
    static Scope fold(Scope scope, int scopeCount) {
        if (scopeCount < FULL_DETAIL_MAX) {
            return scope;
        }
        if (scopeCount < WITHOUT_COMPONENT_MAX) {
            return new Scope(scope.tier(), scope.provider(), OTHER, scope.taskType());
        }
        if (scopeCount < WITHOUT_TASK_TYPE_MAX) {
            return new Scope(scope.tier(), scope.provider(), OTHER, OTHER);
        }
        return new Scope(scope.tier(), OTHER, OTHER, OTHER);
    }
}
