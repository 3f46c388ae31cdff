package tekton.budget.standalone;

import java.time.Duration;

/** How long to wait before the next try: twice as long after each failure in a row. Immutable. */
record BackOff(Duration first, Duration longest) {

    /** The wait after {@code failures} failures in a row, 1 or more. */
    Duration after(int failures) {
        int doublings = Math.min(failures - 1, 30);
        Duration wait = first.multipliedBy(1L << doublings);
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
