package tekton.budget.metering.ledger.read;

import tekton.budget.ledger.Allocation;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.LedgerQueries.AllocationPage;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * One page of all that is added, newest first. Holds no more than the pages up to there, and no
 * more than {@link LedgerQueries#DEPTH_MAX}.
 */
final class NewestAllocations {

    private static final Comparator<Allocation> NEWEST_FIRST =
            Comparator.comparingLong(Allocation::createdAtMs)
                    .thenComparing(Allocation::allocationId)
                    .reversed();

    private final PriorityQueue<Allocation> kept = new PriorityQueue<>(NEWEST_FIRST.reversed());
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
        kept.add(allocation);
        if (kept.size() > depth) {
            kept.remove();
        }
    }

    AllocationPage page() {
        List<Allocation> items = kept.stream().sorted(NEWEST_FIRST).skip(skipped).toList();
        return new AllocationPage(items, total);
    }
}
