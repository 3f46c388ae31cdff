package tekton.budget.metering.query.local;

import tekton.budget.ledger.Allocation;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.query.local.LedgerShard.AllocationRef;
import tekton.budget.metering.query.local.LedgerShard.NewestList;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The newest of all that is added, newest first. Holds their ids only, no more than asked for, and
 * no more than {@link LedgerQueries#DEPTH_MAX}.
 */
public final class NewestAllocations {

    private static final Comparator<AllocationRef> NEWEST_FIRST =
            Comparator.comparingLong(AllocationRef::createdAtMs)
                    .thenComparing(AllocationRef::id)
                    .reversed();

    private final PriorityQueue<AllocationRef> kept = new PriorityQueue<>(NEWEST_FIRST.reversed());
    private final int depth;
    private long total;

    /**
     * Nothing yet.
     *
     * @param depth how many are wanted
     */
    public NewestAllocations(long depth) {
        this.depth = (int) Math.min(LedgerQueries.DEPTH_MAX, depth);
    }

    void add(Allocation allocation) {
        total++;
        keep(new AllocationRef(allocation.createdAtMs(), allocation.allocationId()));
    }

    /** Adds the newest of another part of them. */
    public void addAll(NewestList others) {
        total += others.total();
        others.items().forEach(this::keep);
    }

    /** The newest so far, and how many there are in all. */
    public NewestList found() {
        List<AllocationRef> newest = kept.stream().sorted(NEWEST_FIRST).toList();
        return new NewestList(newest, total);
    }

    private void keep(AllocationRef place) {
        kept.add(place);
        if (kept.size() > depth) {
            kept.remove();
        }
    }
}
