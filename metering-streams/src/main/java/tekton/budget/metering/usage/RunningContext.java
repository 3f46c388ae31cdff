package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.usage.UsageChanges.ChangedHour;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What one context uses, in memory: added to per record, written per commit. Of one thread. */
final class RunningContext {

    /**
     * The most parts that are told apart. What comes on top is counted together for its budget,
     * under {@link Scope#ANY}, which every limit counts because it might be its own; beyond twice
     * as many a budget that is new to the context is not watched there.
     */
    static final int SCOPES_MAX = 50;

    private final String contextId;
    private final List<Spending> spendings;
    private final Map<EpochMinute, HourTotals> hours = new HashMap<>(2);
    private Totals totals;

    /** What had been used at the last commit; null while nothing has changed since. */
    private @Nullable List<Spending> committed;

    /** What was used in one cell of time. */
    private static final class HourTotals {

        private Totals totals;
        private boolean changed;

        private HourTotals(Totals totals) {
            this.totals = totals;
        }
    }

    RunningContext(String contextId, @Nullable ContextUse kept) {
        this.contextId = contextId;
        totals = kept == null ? Totals.ZERO : kept.totals();
        spendings = kept == null ? new ArrayList<>(1) : new ArrayList<>(kept.spendings());
    }

    String contextId() {
        return contextId;
    }

    /** Whether something was added since the last commit. */
    boolean hasChanged() {
        return committed != null;
    }

    /**
     * Adds what a record does.
     *
     * @param keptHour reads what is kept of a cell, by where it begins
     * @return whether its cell of time has changed for the first time since the last commit
     */
    boolean add(Contribution more, Function<EpochMinute, @Nullable Totals> keptHour) {
        if (committed == null) {
            committed = List.copyOf(spendings);
        }
        totals = sum(totals, more.totals());
        addSpending(more.cell(), new Amount(more.totals().tokens().total(), more.totals().cost()));
        HourTotals hour = hours.get(more.hour());
        if (hour == null) {
            Totals kept = keptHour.apply(more.hour());
            hour = new HourTotals(kept == null ? Totals.ZERO : kept);
            hours.put(more.hour(), hour);
        }
        hour.totals = sum(hour.totals, more.totals());
        boolean first = !hour.changed;
        hour.changed = true;
        return first;
    }

    /** What it has used now. */
    ContextUse use() {
        return new ContextUse(totals, spendings);
    }

    /** What it had used at the last commit. */
    List<Spending> committed() {
        return committed == null ? spendings : committed;
    }

    /** Takes the cells of time that have changed since the last commit; now all is written. */
    void written(List<ChangedHour> changed) {
        hours.forEach(
                (start, hour) -> {
                    if (hour.changed) {
                        changed.add(new ChangedHour(contextId, start, hour.totals));
                        hour.changed = false;
                    }
                });
        if (hours.size() > 1) {
            // The newest is nearly always the one that changes next.
            EpochMinute newest = Collections.max(hours.keySet());
            hours.keySet().removeIf(start -> !start.equals(newest));
        }
        committed = null;
    }

    /** The first of a sum is taken as it is: most contexts and cells are new to a commit. */
    static Totals sum(Totals before, Totals more) {
        return before.isEmpty() ? more : before.plus(more);
    }

    private void addSpending(Cell cell, Amount used) {
        int budgetHash = cell.budgetId().hashCode();
        for (int i = 0; i < spendings.size(); i++) {
            Spending each = spendings.get(i);
            // A string keeps its hash, so most others are told apart by a number.
            if (each.budgetId().hashCode() == budgetHash && isOf(each, cell)) {
                addAt(i, used);
                return;
            }
        }
        if (spendings.size() < SCOPES_MAX) {
            spendings.add(
                    new Spending(
                            cell.budgetId(),
                            new Scope(
                                    cell.tier(),
                                    cell.provider(),
                                    cell.component(),
                                    cell.taskType()),
                            used));
            return;
        }
        for (int i = 0; i < spendings.size(); i++) {
            Spending each = spendings.get(i);
            if (each.budgetId().hashCode() == budgetHash
                    && each.budgetId().equals(cell.budgetId())
                    && each.scope().equals(Scope.ANY)) {
                addAt(i, used);
                return;
            }
        }
        if (spendings.size() < 2 * SCOPES_MAX) {
            spendings.add(new Spending(cell.budgetId(), Scope.ANY, used));
        }
    }

    private static boolean isOf(Spending spending, Cell cell) {
        Scope scope = spending.scope();
        return cell.budgetId().equals(spending.budgetId())
                && cell.component().equals(scope.component())
                && cell.tier() == scope.tier()
                && cell.taskType().equals(scope.taskType())
                && cell.provider().equals(scope.provider());
    }

    private void addAt(int index, Amount used) {
        Spending before = spendings.get(index);
        spendings.set(
                index, new Spending(before.budgetId(), before.scope(), before.used().plus(used)));
    }
}
