package tekton.budget.metering.streams;

import tekton.budget.metering.query.MeteringFigures.Ages;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How old the oldest input of each commit was, in buckets. Its age runs from the broker's append
 * time to this process's clock after the commit. Any thread.
 */
public final class AgeCounts {

    /**
     * A commit comes every tenth to half of a second, so most fall below one; what is beyond a
     * minute is a backlog and no delay.
     */
    private static final List<Long> BOUNDS_MS =
            List.of(25L, 50L, 100L, 250L, 500L, 1_000L, 2_500L, 5_000L, 10_000L, 60_000L, 600_000L);

    private final List<LongAdder> counts =
            Stream.generate(LongAdder::new).limit(BOUNDS_MS.size() + 1L).toList();
    private final LongAdder sumMs = new LongAdder();

    /** The distribution so far. */
    public Ages ages() {
        return new Ages(BOUNDS_MS, counts.stream().map(LongAdder::sum).toList(), sumMs.sum());
    }

    private void add(long ageMs) {
        int bucket = 0;
        while (bucket < BOUNDS_MS.size() && ageMs > BOUNDS_MS.get(bucket)) {
            bucket++;
        }
        counts.get(bucket).increment();
        sumMs.add(ageMs);
    }

    /** The oldest input of one task's open transaction. Of one stream thread. */
    public static final class Open {

        private static final long NOTHING = Long.MAX_VALUE;

        private final AgeCounts ages;
        private long oldestMs = NOTHING;

        public Open(AgeCounts ages) {
            this.ages = ages;
        }

        /**
         * Notes an input.
         *
         * @param appendedMs the broker's append time, epoch milliseconds
         */
        public void read(long appendedMs) {
            oldestMs = Math.min(oldestMs, appendedMs);
        }

        /**
         * All so far is committed.
         *
         * @param nowMs when, epoch milliseconds; a broker whose clock is ahead makes it 0
         */
        public void committed(long nowMs) {
            if (oldestMs != NOTHING) {
                ages.add(Math.max(0, nowMs - oldestMs));
                oldestMs = NOTHING;
            }
        }
    }
}
