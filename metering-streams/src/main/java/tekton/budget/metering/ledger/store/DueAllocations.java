package tekton.budget.metering.ledger.store;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The index of open allocations by expiry, and in front of it in memory the entries that come next.
 *
 * <p>Most entries are removed long before their time. Removing leaves tombstones, and looking for
 * the first entry in the store would wade through all of them, before every decision. In memory
 * everything below a horizon is known; the store is only asked for what lies beyond, and each
 * stretch of it once.
 */
final class DueAllocations {

    /** How many entries one look into the store brings. */
    private static final int LOAD = 1_000;

    /** How many entries stay in memory at most. */
    private static final int KEPT_MAX = 20_000;

    private static final Bytes END = LedgerKeys.firstAfter(LedgerKeys.EXPIRY);

    private final KeyValueStore<Bytes, byte[]> store;
    private final int load;
    private final int keptMax;
    private final TreeSet<Bytes> next = new TreeSet<>();

    /** Every entry below is in {@link #next}; at {@link #END} all are. */
    private Bytes horizon = LedgerKeys.firstOf(LedgerKeys.EXPIRY);

    DueAllocations(KeyValueStore<Bytes, byte[]> store) {
        this(store, LOAD, KEPT_MAX);
    }

    DueAllocations(KeyValueStore<Bytes, byte[]> store, int load, int keptMax) {
        this.store = store;
        this.load = load;
        this.keptMax = keptMax;
    }

    void add(long expiresAtMs, String allocationId) {
        Bytes key = LedgerKeys.expiry(expiresAtMs, allocationId);
        store.put(key, LedgerBytes.NOTHING);
        if (key.compareTo(horizon) < 0) {
            next.add(key);
            if (next.size() > keptMax) {
                trim();
            }
        }
    }

    void remove(long expiresAtMs, String allocationId) {
        Bytes key = LedgerKeys.expiry(expiresAtMs, allocationId);
        store.put(key, null);
        next.remove(key);
    }

    /** The allocations that expire at or before a time, earliest first. */
    List<String> due(long timeMs, int limit) {
        Bytes until = LedgerKeys.expiry(timeMs + 1, "");
        while (horizon.compareTo(until) < 0 && next.size() < limit) {
            load();
        }
        @Nullable Bytes first = next.isEmpty() ? null : next.first();
        if (first == null || first.compareTo(until) >= 0) {
            return List.of();
        }
        List<String> due = new ArrayList<>();
        for (Bytes key : next.headSet(until)) {
            if (due.size() == limit) {
                break;
            }
            due.add(LedgerKeys.expiringOf(key));
        }
        return due;
    }

    private void load() {
        int loaded = 0;
        try (var entries = store.range(horizon, END)) {
            while (entries.hasNext()) {
                Bytes key = entries.next().key;
                if (key.compareTo(END) >= 0) {
                    break;
                }
                if (loaded == load) {
                    horizon = key;
                    return;
                }
                next.add(key);
                loaded++;
            }
        }
        horizon = END;
    }

    /** Keeps the nearer half. */
    private void trim() {
        while (next.size() > keptMax / 2) {
            horizon = next.removeLast();
        }
    }
}
