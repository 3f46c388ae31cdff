package tekton.budget.metering.ledger.read;

import org.jspecify.annotations.Nullable;

import tekton.budget.ledger.Allocation;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.AllocationPage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * One page of all that is added, newest first. Holds no more than the ids of the pages up to there,
 * and no more than {@link LedgerQueries#DEPTH_MAX}.
 */
final class NewestAllocations {

    private static final Comparator<Entry> NEWEST_FIRST =
            Comparator.comparingLong(Entry::createdAtMs).thenComparing(Entry::id).reversed();

    /** Without what a client keeps with it, which may be large. */
    private record Entry(long createdAtMs, String id) {}

    private final PriorityQueue<Entry> kept = new PriorityQueue<>(NEWEST_FIRST.reversed());
    private final long skipped;
    private final int depth;
    private long total;

    /**
     * A page.
     *
     * @param page which, from 1
     * @param limit how many are on a page
     */
    NewestAllocations(int page, int limit) {
        skipped = (page - 1L) * limit;
        depth = (int) Math.min(LedgerQueries.DEPTH_MAX, skipped + limit);
    }

    void add(Allocation allocation) {
        total++;
        kept.add(new Entry(allocation.createdAtMs(), allocation.allocationId()));
        if (kept.size() > depth) {
            kept.remove();
        }
    }

    /**
     * The page.
     *
     * @param read finds an allocation as it is now, or null if it is no longer there
     */
    AllocationPage page(Function<String, @Nullable Allocation> read) {
        List<Allocation> items = new ArrayList<>();
        kept.stream()
                .sorted(NEWEST_FIRST)
                .skip(skipped)
                .forEach(
                        entry -> {
                            Allocation found = read.apply(entry.id());
                            if (found != null) {
                                items.add(found);
                            }
                        });
        return new AllocationPage(items, total);
    }
}
