package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.usage.UsageChanges.CellsOfHour;
import tekton.budget.metering.usage.UsageChanges.ChangedUser;
import tekton.budget.metering.usage.UsageChanges.UserCell;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one user uses in this partition, in memory: added to per record, written per commit. Of one
 * thread.
 */
final class RunningUser {

    private final String userId;
    private final UsageState state;
    private final RunningSum totals = new RunningSum();

    /** The last time of anything that is kept, epoch milliseconds: no cell behind it is. */
    private long keptUntilMs;

    /** By what was asked for: several may be folded into one. */
    private final Map<CellHour, CellSum> cells = new HashMap<>(4);

    private final Map<EpochMinute, Count> counts = new HashMap<>(2);
    private boolean changed;

    /** What was used in one cell. */
    private static final class CellSum {

        private final CellHour at;
        private final RunningSum totals = new RunningSum();
        private boolean changed;

        private CellSum(CellHour at, @Nullable Totals kept) {
            this.at = at;
            if (kept != null) {
                totals.add(kept);
            }
        }
    }

    /** How many cells there are that begin at one time. */
    private static final class Count {

        private int cells;
        private boolean changed;

        private Count(int cells) {
            this.cells = cells;
        }
    }

    RunningUser(String userId, UsageState state) {
        this.userId = userId;
        this.state = state;
        Totals kept = state.user(userId);
        if (kept != null) {
            totals.add(kept);
        }
        keptUntilMs = kept == null ? Long.MIN_VALUE : kept.lastAtMs();
    }

    /** Whether something was added since the last commit. */
    boolean hasChanged() {
        return changed;
    }

    /** How many cells are held in memory. */
    int remembered() {
        return cells.size();
    }

    /** Adds what a record does. */
    void add(CellHour at, Totals more) {
        CellSum sum = cells.get(at);
        if (sum == null) {
            sum = find(at);
            cells.put(at, sum);
        }
        sum.totals.add(more);
        sum.changed = true;
        totals.add(more);
        changed = true;
    }

    /** Gives away what has changed since the last commit; now all is written. */
    ChangedUser written() {
        List<UserCell> changedCells = new ArrayList<>(cells.size());
        EpochMinute newest = new EpochMinute(0);
        for (Map.Entry<CellHour, CellSum> each : cells.entrySet()) {
            CellSum sum = each.getValue();
            if (sum.changed) {
                changedCells.add(new UserCell(sum.at.cell(), sum.at.hour(), sum.totals.now()));
                sum.changed = false;
            }
            newest = Collections.max(List.of(newest, each.getKey().hour()));
        }
        List<CellsOfHour> changedCounts = new ArrayList<>(counts.size());
        counts.forEach(
                (hour, count) -> {
                    if (count.changed) {
                        changedCounts.add(new CellsOfHour(hour, count.cells));
                        count.changed = false;
                    }
                });
        // The newest are nearly always those that change next.
        EpochMinute kept = EpochMinute.hourOf(newest.startMs());
        cells.keySet().removeIf(each -> each.hour().compareTo(kept) < 0);
        counts.keySet().removeIf(hour -> hour.compareTo(kept) < 0);
        changed = false;
        Totals now = totals.now();
        keptUntilMs = now.lastAtMs();
        return new ChangedUser(userId, now, changedCells, changedCounts);
    }

    /** The sum to which a cell is added that is not in memory. */
    private CellSum find(CellHour at) {
        CellSum known = known(at);
        if (known != null) {
            return known;
        }
        Count count = counts.computeIfAbsent(at.hour(), this::keptCount);
        CellHour own = at;
        Cell folded = CellFolding.foldOfUser(at.cell(), count.cells);
        if (!folded.equals(at.cell())) {
            own = new CellHour(folded, at.hour());
            known = known(own);
            if (known != null) {
                return known;
            }
        }
        count.cells++;
        count.changed = true;
        return remember(new CellSum(own, null));
    }

    /** What there is of a cell in memory or in the state; null when there is nothing. */
    private @Nullable CellSum known(CellHour at) {
        CellSum known = cells.get(at);
        if (known == null && mayBeKept(at.hour())) {
            Totals kept = state.userCell(userId, at.cell(), at.hour());
            return kept == null ? null : remember(new CellSum(at, kept));
        }
        return known;
    }

    private CellSum remember(CellSum sum) {
        cells.put(sum.at, sum);
        return sum;
    }

    private Count keptCount(EpochMinute hour) {
        return new Count(mayBeKept(hour) ? state.userCells(userId, hour) : 0);
    }

    private boolean mayBeKept(EpochMinute hour) {
        return keptUntilMs >= hour.startMs();
    }
}
