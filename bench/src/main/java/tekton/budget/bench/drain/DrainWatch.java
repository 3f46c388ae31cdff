package tekton.budget.bench.drain;

import tekton.budget.bench.drain.DrainMarks.DrainMark;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Looks how far a count has come until all is counted. One thread. */
final class DrainWatch {

    private static final long LOOK_AGAIN_MS = 100;
    private static final double TELL_EVERY_SECONDS = 10;

    private final long records;
    private final int withinSeconds;

    /**
     * @param records how many there are
     * @param withinSeconds then it gives up
     */
    DrainWatch(long records, int withinSeconds) {
        this.records = records;
        this.withinSeconds = withinSeconds;
    }

    /** How many are counted now. */
    interface DrainProgress {
        long counted() throws IOException, InterruptedException;
    }

    /**
     * Looks until all are counted.
     *
     * @param beganNanos the instant of the first mark
     * @param already what was counted by then
     * @throws IOException if more are counted than there are, or not all in time
     */
    DrainMarks until(String name, long beganNanos, long already, DrainProgress progress)
            throws IOException, InterruptedException {
        DrainMarks marks = new DrainMarks();
        marks.add(beganNanos, already);
        DrainMark told = marks.first();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(withinSeconds);
        while (true) {
            long counted = progress.counted();
            marks.add(System.nanoTime(), counted);
            DrainMark now = marks.last();
            if (counted > records) {
                throw new IOException("counted %,d of %,d".formatted(counted, records));
            }
            if (counted == records) {
                return marks;
            }
            if (now.nanos() - deadline > 0) {
                throw new IOException(
                        "counted %,d of %,d after %d s".formatted(counted, records, withinSeconds));
            }
            if (now.nanos() - told.nanos() > TELL_EVERY_SECONDS * 1e9) {
                System.out.printf(
                        Locale.ROOT,
                        "%-11s %,d counted, %,.0f/s%n",
                        name,
                        counted,
                        now.rateSince(told));
                told = now;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }
}
