package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.metering.usage.HourUse.HourPart;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What one context uses in one cell of time, in memory. Of one thread. */
final class RunningHour {

    private final EpochMinute start;
    private final RunningSum totals = new RunningSum();
    private final List<PartSum> parts = new ArrayList<>(1);
    private @Nullable PartSum last;
    private boolean changed;

    /** What was used in one cell by one user; without a cell what is not told apart. */
    private static final class PartSum {

        private final @Nullable Cell cell;
        private final @Nullable String userId;
        private final int hash;
        private final RunningSum totals = new RunningSum();

        private PartSum(@Nullable Cell cell, @Nullable String userId) {
            this.cell = cell;
            this.userId = userId;
            hash = Objects.hashCode(cell);
        }

        @SuppressWarnings("ReferenceEquality") // first the quick way; then by their values
        private boolean is(@Nullable Cell wanted, int wantedHash, @Nullable String user) {
            return (cell == wanted || (hash == wantedHash && Objects.equals(cell, wanted)))
                    && Objects.equals(userId, user);
        }
    }

    /**
     * A cell of time.
     *
     * @param kept what there is of it, null for nothing
     */
    RunningHour(EpochMinute start, @Nullable HourUse kept) {
        this.start = start;
        if (kept == null) {
            return;
        }
        totals.add(kept.totals());
        for (HourPart each : kept.parts()) {
            added(each.cell(), each.userId()).totals.add(each.totals());
        }
        if (parts.isEmpty()) {
            added(null, null).totals.add(kept.totals());
        }
    }

    EpochMinute start() {
        return start;
    }

    /** Whether something was added since the last commit. */
    boolean hasChanged() {
        return changed;
    }

    /** How many parts are told apart. */
    int parts() {
        return parts.size();
    }

    /** Adds what a record does. */
    void add(Cell cell, @Nullable String userId, Totals more) {
        PartSum part = last;
        int hash = cell.hashCode();
        if (part == null || !part.is(cell, hash, userId)) {
            part = part(cell, hash, userId);
            last = part;
        }
        part.totals.add(more);
        totals.add(more);
        changed = true;
    }

    /** Gives away what was used; now it is written. */
    HourUse written() {
        changed = false;
        return new HourUse(
                totals.now(),
                parts.stream()
                        .map(each -> new HourPart(each.cell, each.userId, each.totals.now()))
                        .toList());
    }

    private PartSum part(Cell cell, int hash, @Nullable String userId) {
        PartSum known = find(cell, hash, userId);
        if (known != null) {
            return known;
        }
        int told = parts.size();
        if (told < HourUse.WITH_USERS_MAX || (told < HourUse.PARTS_MAX && userId == null)) {
            return added(cell, userId);
        }
        if (userId != null) {
            known = find(cell, hash, HourUse.OTHER_USERS);
            if (known != null) {
                return known;
            }
            if (told < HourUse.PARTS_MAX) {
                return added(cell, HourUse.OTHER_USERS);
            }
        }
        known = find(null, 0, null);
        return known == null ? added(null, null) : known;
    }

    private @Nullable PartSum find(@Nullable Cell cell, int hash, @Nullable String userId) {
        for (PartSum each : parts) {
            if (each.is(cell, hash, userId)) {
                return each;
            }
        }
        return null;
    }

    private PartSum added(@Nullable Cell cell, @Nullable String userId) {
        PartSum part = new PartSum(cell, userId);
        parts.add(part);
        return part;
    }
}
