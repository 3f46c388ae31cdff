package tekton.budget.metering.usage;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * Totals under change: read through from where they are kept, added to in memory, and written back
 * together. Not thread-safe.
 *
 * @param <K> what the totals are of
 * @param <T> the totals
 */
public final class RunningTotals<K, T> {

    private final Function<K, @Nullable T> read;
    private final BinaryOperator<T> plus;
    private final int rememberedMax;
    private final Map<K, T> totals = new HashMap<>();
    private final Set<K> changed = new LinkedHashSet<>();

    /**
     * Totals that are kept somewhere.
     *
     * @param read the kept totals of a key, or null if there are none
     * @param plus the sum of two
     * @param rememberedMax how many totals may stay in memory once written
     */
    public RunningTotals(Function<K, @Nullable T> read, BinaryOperator<T> plus, int rememberedMax) {
        this.read = read;
        this.plus = plus;
        this.rememberedMax = rememberedMax;
    }

    /** The totals of a key as they are now, or null if it has none. */
    public @Nullable T get(K key) {
        T known = totals.get(key);
        if (known == null) {
            known = read.apply(key);
            if (known != null) {
                totals.put(key, known);
            }
        }
        return known;
    }

    /** Adds to the totals of a key. */
    public void add(K key, T more) {
        T before = get(key);
        totals.put(key, before == null ? more : plus.apply(before, more));
        changed.add(key);
    }

    /** How many keys have changed since the last {@link #writeChanged}. */
    public int changedKeys() {
        return changed.size();
    }

    /** Hands every changed total over, in the order of their first change. */
    public void writeChanged(BiConsumer<K, T> write) {
        for (K key : changed) {
            T now = totals.get(key);
            if (now != null) {
                write.accept(key, now);
            }
        }
        changed.clear();
        if (totals.size() > rememberedMax) {
            totals.clear();
        }
    }
}
