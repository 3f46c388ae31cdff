package tekton.budget.bench.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Some of the records that have been acknowledged, to be sent again another way. Thread-safe. */
final class Sent {

    private static final int KEPT = 20_000;

    private final Map<Wording, KeptRecords> kept = new EnumMap<>(Wording.class);

    private record SentRecord(Shot shot, boolean standsRight) {}

    /** The newest of one wording. */
    private static final class KeptRecords {
        private final List<SentRecord> records = new ArrayList<>();
        private int oldest;

        void add(SentRecord entry) {
            if (records.size() < KEPT) {
                records.add(entry);
            } else {
                records.set(oldest, entry);
                oldest = (oldest + 1) % KEPT;
            }
        }
    }

    /**
     * @param standsRight whether a copy is sure to stand in its context's partition; only then may
     *     a conflict follow, or the order of partitions would decide which of the two counts
     */
    synchronized void add(Wording wording, Shot shot, boolean standsRight) {
        kept.computeIfAbsent(wording, _ -> new KeptRecords())
                .add(new SentRecord(shot, standsRight));
    }

    /** A record to be repeated in the same words. */
    synchronized Optional<Shot> any(Wording wording, SplittableRandom random) {
        return one(wording, random).map(SentRecord::shot);
    }

    /** A record to be contradicted; none if chance picks one that must not be. */
    synchronized Optional<Shot> anyStandingRight(SplittableRandom random) {
        return one(Wording.OWN, random).filter(SentRecord::standsRight).map(SentRecord::shot);
    }

    private Optional<SentRecord> one(Wording wording, SplittableRandom random) {
        KeptRecords found = kept.get(wording);
        return found == null
                ? Optional.empty()
                : Optional.of(found.records.get(random.nextInt(found.records.size())));
    }
}
