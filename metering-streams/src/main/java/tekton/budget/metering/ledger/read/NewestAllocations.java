package tekton.budget.metering.ledger.read;

import tekton.budget.ledger.Allocation;
import tekton.budget.metering.query.LedgerQueries;
import tekton.budget.metering.share.Question.Newest;
import tekton.budget.metering.share.Question.Newest.Place;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The newest of all that is added, newest first. Holds their ids only, no more than asked for, and
 * no more than {@link LedgerQueries#DEPTH_MAX}.
 */
public final class NewestAllocations {

    private static final Comparator<Place> NEWEST_FIRST =
            Comparator.comparingLong(Place::createdAtMs).thenComparing(Place::id).reversed();

    private final PriorityQueue<Place> kept = new PriorityQueue<>(NEWEST_FIRST.reversed());
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
        keep(new Place(allocation.createdAtMs(), allocation.allocationId()));
    }

    /** Adds the newest of another part of them. */
    public void addAll(Newest others) {
        total += others.total();
        others.items().forEach(this::keep);
    }

    /** The newest so far, and how many there are in all. */
    public Newest found() {
        List<Place> newest = kept.stream().sorted(NEWEST_FIRST).toList();
        return new Newest(newest, total);
    }

    private void keep(Place place) {
        kept.add(place);
        if (kept.size() > depth) {
            kept.remove();
        }
    }
}
