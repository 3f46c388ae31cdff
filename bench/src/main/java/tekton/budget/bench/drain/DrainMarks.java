package tekton.budget.bench.drain;

import java.util.ArrayList;
import java.util.List;

/** What had been counted when: two rates, whole and warm. One thread. */
final class DrainMarks {

    private final List<DrainMark> marks = new ArrayList<>();

    /**
     * One look.
     *
     * @param nanos as {@link System#nanoTime}
     */
    record DrainMark(long nanos, long counted) {

        /** Records per second since an earlier look. */
        double rateSince(DrainMark earlier) {
            return (counted - earlier.counted) / ((nanos - earlier.nanos) / 1e9);
        }
    }

    void add(long nanos, long counted) {
        marks.add(new DrainMark(nanos, counted));
    }

    DrainMark first() {
        return marks.getFirst();
    }

    DrainMark last() {
        return marks.getLast();
    }

    /** Records per second from the first look to the last. */
    double whole() {
        return last().rateSince(first());
    }

    /**
     * Records per second over the second half of the records: from the first look at which half of
     * them were counted to the last look. The whole rate if only the last look saw half.
     */
    double warm() {
        long half = first().counted() + (last().counted() - first().counted()) / 2;
        DrainMark from =
                marks.stream().filter(mark -> mark.counted() >= half).findFirst().orElse(first());
        return from.equals(last()) ? whole() : last().rateSince(from);
    }
}
