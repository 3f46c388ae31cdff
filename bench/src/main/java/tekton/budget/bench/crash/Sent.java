package tekton.budget.bench.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Some of the records that have been acknowledged, to be sent again another way. Thread-safe. */
public final class Sent {

    private static final int KEPT = 20_000;

    private final List<SentRecord> kept = new ArrayList<>();
    private int oldest;

    private record SentRecord(Shot shot, boolean standsRight) {}

    /**
     * @param standsRight whether a copy is sure to stand in its context's partition; only then may
     *     a conflict follow, or the order of partitions would decide which of the two counts
     */
    synchronized void add(Shot shot, boolean standsRight) {
        SentRecord entry = new SentRecord(shot, standsRight);
        if (kept.size() < KEPT) {
            kept.add(entry);
        } else {
            kept.set(oldest, entry);
            oldest = (oldest + 1) % KEPT;
        }
    }

    /** A record to be repeated. */
    synchronized Optional<Shot> any(SplittableRandom random) {
        return one(random).map(SentRecord::shot);
    }

    /** A record to be contradicted; none if chance picks one that must not be. */
    synchronized Optional<Shot> anyStandingRight(SplittableRandom random) {
        return one(random).filter(SentRecord::standsRight).map(SentRecord::shot);
    }

    private Optional<SentRecord> one(SplittableRandom random) {
        return kept.isEmpty()
                ? Optional.empty()
                : Optional.of(kept.get(random.nextInt(kept.size())));
    }
}
