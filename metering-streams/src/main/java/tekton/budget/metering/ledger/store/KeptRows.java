package tekton.budget.metering.ledger.store;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

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
    private final ToIntFunction<V> weigh;
    private final int weightMax;
    private final Map<K, V> rows = new HashMap<>();
    private final Set<K> changed = new LinkedHashSet<>();
    private long weight;

    /**
     * Rows that are kept somewhere.
     *
     * @param read the kept row of a key, or null if there is none
     * @param write keeps a row
     * @param weigh about how many bytes of memory a row takes
     * @param weightMax about how many bytes may stay in memory once they are written
     */
    KeptRows(
            Function<K, @Nullable V> read,
            BiConsumer<K, V> write,
            ToIntFunction<V> weigh,
            int weightMax) {
        this.read = read;
        this.write = write;
        this.weigh = weigh;
        this.weightMax = weightMax;
    }

    /** The row as it is now, or null if there is none. */
    @Nullable V get(K key) {
        V known = rows.get(key);
        if (known == null) {
            if (weight >= weightMax && changed.isEmpty()) {
                clear();
            }
            known = read.apply(key);
            if (known != null) {
                rows.put(key, known);
                weight += weigh.applyAsInt(known);
            }
        }
        return known;
    }

    /** The row as it is now, or null if there is none; for one of many that are looked at once. */
    @Nullable V look(K key) {
        V known = rows.get(key);
        return known == null ? read.apply(key) : known;
    }

    void put(K key, V row) {
        V before = rows.put(key, row);
        weight += weigh.applyAsInt(row) - (before == null ? 0 : weigh.applyAsInt(before));
        changed.add(key);
    }

    /** Forgets a row that the caller removes where it is kept. */
    void drop(K key) {
        V dropped = rows.remove(key);
        weight -= dropped == null ? 0 : weigh.applyAsInt(dropped);
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
        if (weight > weightMax) {
            clear();
        }
    }

    /** Writes what has changed, and reads everything anew from here on. */
    void writeAndForget() {
        writeChanged();
        clear();
    }

    private void clear() {
        rows.clear();
        weight = 0;
    }
}
