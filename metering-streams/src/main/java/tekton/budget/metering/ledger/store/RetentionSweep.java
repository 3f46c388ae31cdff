package tekton.budget.metering.ledger.store;

import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import tekton.budget.codec.LedgerCodec;
import tekton.budget.ledger.Allocation;
import tekton.budget.metering.ledger.rules.Decided;
import tekton.budget.metering.ledger.rules.SessionUse;
import tekton.budget.value.EpochMinute;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is to be forgotten when: an index by time in the store. Entries are taken in their order, so
 * the place where the last one was taken is kept in memory, and the tombstones before it are never
 * waded through.
 */
final class RetentionSweep {

    /** How long an ended allocation stays readable. */
    static final Duration ALLOCATIONS_KEPT = Duration.ofDays(35);

    /** How long a context is remembered after its last use. */
    static final Duration SESSIONS_KEPT = Duration.ofDays(35);

    /**
     * How long what was spent is kept behind its day: longer than any window, and than usage is
     * late.
     */
    static final Duration SPENT_KEPT = Duration.ofDays(40);

    private static final Bytes END = LedgerKeys.firstAfter(LedgerKeys.FORGET);

    private final KeyValueStore<Bytes, byte[]> store;

    /** No entry is before it. */
    private Bytes from = LedgerKeys.firstOf(LedgerKeys.FORGET);

    private boolean looked;

    RetentionSweep(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    void allocation(String allocationId, long endedAtMs) {
        add(endedAtMs + ALLOCATIONS_KEPT.toMillis(), LedgerKeys.allocation(allocationId));
    }

    void decided(String budgetId, String key, long atMs) {
        add(atMs + Decided.KEPT_MS, LedgerKeys.decided(budgetId, key));
    }

    void session(String budgetId, String contextId, long usedAtMs) {
        add(usedAtMs + SESSIONS_KEPT.toMillis(), LedgerKeys.sessionOf(budgetId, contextId));
    }

    /** The day that an hour is in; entering it again changes nothing. */
    void spent(String budgetId, EpochMinute hour) {
        long dayMs = Math.floorDiv(hour.startMs(), StoredView.DAY_MS) * StoredView.DAY_MS;
        add(
                dayMs + StoredView.DAY_MS + SPENT_KEPT.toMillis(),
                LedgerKeys.days(budgetId, EpochMinute.hourOf(dayMs)));
    }

    /** True when something may have to be forgotten. */
    boolean isDue(long timeMs) {
        if (!looked) {
            lookForFirst();
        }
        return from.compareTo(END) < 0 && LedgerKeys.dueOf(from) <= timeMs;
    }

    /**
     * Forgets what is due.
     *
     * @param limit about how many rows are removed at most; the rest comes next time
     * @param allocation finds an allocation as it now is
     * @param allocationDropped is told of each that is removed
     */
    void forget(
            long timeMs,
            int limit,
            Function<String, @Nullable Allocation> allocation,
            Consumer<String> allocationDropped) {
        int left = limit;
        for (Bytes entry : due(timeMs, limit)) {
            Bytes target = LedgerKeys.targetOf(entry);
            left -=
                    switch ((char) target.get()[0]) {
                        case LedgerKeys.ALLOCATION ->
                                forgetAllocation(
                                        LedgerKeys.idAfter(target, 0),
                                        allocation,
                                        allocationDropped);
                        case LedgerKeys.DECIDED -> forgetDecided(target, timeMs);
                        case LedgerKeys.SESSION -> forgetSession(target, timeMs);
                        case LedgerKeys.DAY -> forgetDay(target, left);
                        default ->
                                throw new IllegalStateException(
                                        "to forget: kind %d (expected: one of ours)"
                                                .formatted(target.get()[0]));
                    };
            if (left <= 0) {
                // The entry stays: there may be more of it.
                from = entry;
                return;
            }
            store.put(entry, null);
        }
        lookForFirst();
    }

    private void add(long dueMs, Bytes target) {
        Bytes entry = LedgerKeys.forget(dueMs, target);
        store.put(entry, LedgerBytes.NOTHING);
        if (looked && entry.compareTo(from) < 0) {
            from = entry;
        }
    }

    private void lookForFirst() {
        try (var entries = store.range(from, END)) {
            from = entries.hasNext() ? entries.next().key : END;
        }
        looked = true;
    }

    private List<Bytes> due(long timeMs, int limit) {
        List<Bytes> due = new ArrayList<>();
        try (var entries = store.range(from, LedgerKeys.forgetFrom(timeMs + 1))) {
            while (entries.hasNext() && due.size() < limit) {
                due.add(entries.next().key);
            }
        }
        return due;
    }

    private int forgetAllocation(
            String id,
            Function<String, @Nullable Allocation> allocation,
            Consumer<String> dropped) {
        Allocation found = allocation.apply(id);
        if (found == null || found.isOpen()) {
            return 0;
        }
        store.put(LedgerKeys.ofContext(found.contextId(), id), null);
        store.put(LedgerKeys.allocation(id), null);
        dropped.accept(id);
        return 2;
    }

    /** A key that was used again since has another entry. */
    private int forgetDecided(Bytes key, long timeMs) {
        byte[] value = store.get(key);
        if (value == null
                || LedgerCodec.readRow(value, Decided.class).atMs() + Decided.KEPT_MS > timeMs) {
            return 0;
        }
        store.put(key, null);
        return 1;
    }

    /** A context that was used since, or still holds something, comes up again later. */
    private int forgetSession(Bytes prefix, long timeMs) {
        List<Bytes> keys = new ArrayList<>();
        long lastMs = Long.MIN_VALUE;
        boolean held = false;
        try (var rows = store.prefixScan(prefix, new BytesSerializer())) {
            while (rows.hasNext()) {
                var row = rows.next();
                SessionUse use = LedgerCodec.readRow(row.value, SessionUse.class);
                keys.add(row.key);
                lastMs = Math.max(lastMs, use.updatedAtMs());
                held = held || !use.reserved().isZero();
            }
        }
        if (keys.isEmpty()) {
            return 0;
        }
        long dueMs = lastMs + SESSIONS_KEPT.toMillis();
        if (held || dueMs > timeMs) {
            add(Math.max(dueMs, timeMs + StoredView.DAY_MS), prefix);
            return 1;
        }
        keys.forEach(key -> store.put(key, null));
        return keys.size();
    }

    private int forgetDay(Bytes dayPrefix, int limit) {
        String budgetId = LedgerKeys.budgetOf(dayPrefix);
        EpochMinute day = LedgerKeys.hourOf(dayPrefix);
        EpochMinute nextDay = EpochMinute.hourOf(day.startMs() + StoredView.DAY_MS);
        int removed = 0;
        for (var range :
                List.of(
                        List.of(
                                LedgerKeys.scopeCount(budgetId, day),
                                LedgerKeys.scopeCount(
                                        budgetId, new EpochMinute(nextDay.value() - 1))),
                        List.of(
                                LedgerKeys.hours(budgetId, day),
                                LedgerKeys.hours(budgetId, nextDay)),
                        List.of(
                                LedgerKeys.days(budgetId, day),
                                LedgerKeys.days(budgetId, nextDay)))) {
            removed += deleteRange(range.getFirst(), range.getLast(), limit - removed);
        }
        return removed;
    }

    private int deleteRange(Bytes from, Bytes to, int limit) {
        List<Bytes> keys = new ArrayList<>();
        try (var rows = store.range(from, to)) {
            while (rows.hasNext() && keys.size() < limit) {
                keys.add(rows.next().key);
            }
        }
        keys.forEach(key -> store.put(key, null));
        return keys.size();
    }
}
