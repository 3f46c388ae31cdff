package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import tekton.budget.event.TotalsFeed.Cell;
import tekton.budget.ledger.Amount;
import tekton.budget.ledger.Scope;
import tekton.budget.ledger.Spending;
import tekton.budget.metering.usage.UsageChanges.ChangedHour;
import tekton.budget.value.EpochMinute;
import tekton.budget.value.Money;
import tekton.budget.value.Totals;

import java.util.ArrayList;
import java.util.Arrays;
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

    /** How many shares are remembered with the part that counts them; others are looked for. */
    private static final int KNOWN_MAX = 4 * SCOPES_MAX;

    private final String contextId;
    private final RunningSum totals = new RunningSum();
    private final Map<EpochMinute, RunningHour> hours = new HashMap<>(2);
    private @Nullable RunningHour lastHour;
    private final List<PartUse> parts;

    /** What is known to be counted in a part, side by side: the search reads nothing else. */
    private Share[] known;

    /** The parts in which those are counted; several where parts were folded. */
    private PartUse[] partOf;

    private int knownCount;

    /** What had been used at the last commit. */
    private List<Spending> committed;

    private boolean changed;
    private int hourParts;

    /** What was used of one budget in one scope. */
    private static final class PartUse {

        private Spending last;
        private long tokens;
        private long usd;
        private long pico;
        private boolean changed;

        private PartUse(Spending last) {
            this.last = last;
            tokens = last.used().tokens();
            usd = last.used().cost().usd();
            pico = last.used().cost().pico();
        }

        private void add(Totals more) {
            tokens = Math.addExact(tokens, more.tokens().total());
            usd = Math.addExact(usd, more.cost().usd());
            pico += more.cost().pico();
            if (pico >= Money.PICO_PER_USD) {
                pico -= Money.PICO_PER_USD;
                usd = Math.addExact(usd, 1);
            }
            changed = true;
        }

        private Spending now() {
            if (changed) {
                last =
                        new Spending(
                                last.budgetId(),
                                last.scope(),
                                new Amount(tokens, new Money(usd, pico)));
                changed = false;
            }
            return last;
        }
    }

    RunningContext(String contextId, @Nullable ContextUse kept) {
        this.contextId = contextId;
        committed = kept == null ? List.of() : kept.spendings();
        parts = new ArrayList<>(Math.max(1, committed.size()));
        known = new Share[Math.max(1, committed.size())];
        partOf = new PartUse[known.length];
        for (Spending each : committed) {
            know(new Share(each.budgetId(), each.scope()), addPart(each));
        }
        if (kept != null) {
            totals.add(kept.totals());
        }
    }

    String contextId() {
        return contextId;
    }

    /** Whether something was added since the last commit. */
    boolean hasChanged() {
        return changed;
    }

    /**
     * Adds what a record does.
     *
     * @param share that of its cell, nearly always the same object for the same one
     * @param cell that of the record, nearly always the same object for the same one
     * @param userId the record's, null for none
     * @param keptHour reads what is kept of a cell of time, by where it begins
     * @return whether its cell of time has changed for the first time since the last commit
     */
    boolean add(
            Share share,
            Cell cell,
            @Nullable String userId,
            Contribution more,
            Function<EpochMinute, @Nullable HourUse> keptHour) {
        changed = true;
        totals.add(more.totals());
        PartUse part = part(share);
        if (part != null) {
            part.add(more.totals());
        }
        RunningHour hour = hour(more.hour(), keptHour);
        boolean first = !hour.hasChanged();
        int before = hour.parts();
        hour.add(cell, userId, more.totals());
        hourParts += hour.parts() - before;
        return first;
    }

    /** How many parts of hours are held in memory. */
    int hourParts() {
        return hourParts;
    }

    /** What it has used now. */
    ContextUse use() {
        List<Spending> spendings = new ArrayList<>(parts.size());
        for (PartUse each : parts) {
            spendings.add(each.now());
        }
        return new ContextUse(totals.now(), spendings);
    }

    /** What it had used at the last commit. */
    List<Spending> committed() {
        return committed;
    }

    /**
     * Takes the cells of time that have changed since the last commit; now all is written.
     *
     * @param use what {@link #use} said since the last change
     */
    void written(ContextUse use, List<ChangedHour> changedHours) {
        hours.forEach(
                (start, hour) -> {
                    if (hour.hasChanged()) {
                        changedHours.add(new ChangedHour(contextId, start, hour.written()));
                    }
                });
        if (hours.size() > 1) {
            // The newest is nearly always the one that changes next.
            EpochMinute newest = Collections.max(hours.keySet());
            hours.keySet().removeIf(start -> !start.equals(newest));
            lastHour = hours.get(newest);
            hourParts = lastHour == null ? 0 : lastHour.parts();
        }
        committed = use.spendings();
        changed = false;
    }

    private RunningHour hour(EpochMinute start, Function<EpochMinute, @Nullable HourUse> keptHour) {
        RunningHour last = lastHour;
        if (last != null && last.start().equals(start)) {
            return last;
        }
        RunningHour hour = hours.get(start);
        if (hour == null) {
            hour = new RunningHour(start, keptHour.apply(start));
            hourParts += hour.parts();
            hours.put(start, hour);
        }
        lastHour = hour;
        return hour;
    }

    /** The part to which a share's use is added; null when there are too many to watch it. */
    private @Nullable PartUse part(Share share) {
        PartUse own = find(share);
        if (own != null) {
            return own;
        }
        if (parts.size() < SCOPES_MAX) {
            return know(share, addPart(unused(share)));
        }
        Share everything = new Share(share.budgetId(), Scope.ANY);
        PartUse folded = find(everything);
        if (folded == null) {
            if (parts.size() >= 2 * SCOPES_MAX) {
                return null;
            }
            folded = know(everything, addPart(unused(everything)));
        }
        return knownCount < KNOWN_MAX ? know(share, folded) : folded;
    }

    @SuppressWarnings("ReferenceEquality") // first the quick way; below by their values
    private @Nullable PartUse find(Share share) {
        for (int i = 0; i < knownCount; i++) {
            if (known[i] == share) {
                return partOf[i];
            }
        }
        int budgetHash = share.budgetId().hashCode();
        for (int i = 0; i < knownCount; i++) {
            // A string keeps its hash, so most others are told apart by a number.
            if (known[i].budgetId().hashCode() == budgetHash && known[i].equals(share)) {
                known[i] = share;
                return partOf[i];
            }
        }
        return null;
    }

    private PartUse know(Share share, PartUse part) {
        if (knownCount == known.length) {
            known = Arrays.copyOf(known, 2 * knownCount);
            partOf = Arrays.copyOf(partOf, 2 * knownCount);
        }
        known[knownCount] = share;
        partOf[knownCount] = part;
        knownCount++;
        return part;
    }

    private PartUse addPart(Spending spending) {
        PartUse part = new PartUse(spending);
        parts.add(part);
        return part;
    }

    private static Spending unused(Share share) {
        return new Spending(share.budgetId(), share.scope(), Amount.ZERO);
    }
}
