package tekton.budget.metering.ledger.store;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Rows in front of a store: decoded once, changed in memory, written together. A row that changes a
 * hundred times between two commits is encoded and written once. Not thread-safe.
 *
 * @param <K> what a row is found by
 * @param <V> the row, immutable
 */
final class KeptRows<K, V> {

    private final Function<K, @Nullable V> read;
    private final BiConsumer<K, V> write;
    private final int rememberedMax;
    private final Map<K, V> rows = new HashMap<>();
    private final Set<K> changed = new LinkedHashSet<>();

    /**
     * Rows that are kept somewhere.
     *
     * @param read the kept row of a key, or null if there is none
     * @param write keeps a row
     * @param rememberedMax how many rows may stay in memory once written
     */
    KeptRows(Function<K, @Nullable V> read, BiConsumer<K, V> write, int rememberedMax) {
        this.read = read;
        this.write = write;
        this.rememberedMax = rememberedMax;
    }

    /** The row as it is now, or null if there is none. */
    @Nullable V get(K key) {
        V known = rows.get(key);
        if (known == null) {
            if (rows.size() >= rememberedMax && changed.isEmpty()) {
                rows.clear();
            }
            known = read.apply(key);
            if (known != null) {
                rows.put(key, known);
            }
        }
        return known;
    }

    void put(K key, V row) {
        rows.put(key, row);
        changed.add(key);
    }

    /** Forgets a row that the caller removes where it is kept. */
    void drop(K key) {
        rows.remove(key);
        changed.remove(key);
    }

    /** Writes what has changed. */
    void writeChanged() {
        for (K key : changed) {
            V row = rows.get(key);
            if (row != null) {
                write.accept(key, row);
            }
        }
        changed.clear();
        if (rows.size() > rememberedMax) {
            rows.clear();
        }
    }

    /** Writes what has changed, and reads everything anew from here on. */
    void writeAndForget() {
        writeChanged();
        rows.clear();
    }
}
