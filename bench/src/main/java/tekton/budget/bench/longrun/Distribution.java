package tekton.budget.bench.longrun;

import java.util.Collection;

/** How values are spread. */
public final class Distribution {

    private final long[] sorted;

    /** Of these values, in any order. */
    public Distribution(Collection<Long> values) {
        sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** How many there are. */
    public int count() {
        return sorted.length;
    }

    /**
     * The smallest value that at least so many of a hundred do not exceed: one of the values, never
     * something between two.
     *
     * @param percent 0 for the smallest of all, up to 100 for the largest
     * @throws IllegalStateException if there are no values
     */
    public long percentile(int percent) {
        if (sorted.length == 0) {
            throw new IllegalStateException("no values");
        }
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[Math.max(0, rank - 1)];
    }
}
