package tekton.budget.bench.load;

import org.HdrHistogram.Histogram;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of a load, from the end of the warm-up on. One thread at a time. */
public final class LoadResult {

    private static final long HIGHEST_MICROS = 120_000_000;

    private final Histogram latencyMicros = new Histogram(HIGHEST_MICROS, 3);
    private final Map<String, Long> errors = new TreeMap<>();
    private long requests;
    private long accepted;
    private long acceptedInAll;
    private double seconds;
    private long neverSent;

    void answered(long latencyNanos, long records) {
        latencyMicros.recordValue(Math.clamp(latencyNanos / 1_000, 0, HIGHEST_MICROS));
        requests++;
        accepted += records;
    }

    /** Counts records whatever the phase, so that totals can be compared at the end. */
    void acceptedAnyTime(long records) {
        acceptedInAll += records;
    }

    void failed(String why) {
        errors.merge(why, 1L, Long::sum);
    }

    void neverSent(long dueRequests) {
        neverSent = Math.max(0, dueRequests);
    }

    /** How many requests were due and never sent. */
    long neverSent() {
        return neverSent;
    }

    void lasted(double measuredSeconds) {
        seconds = measuredSeconds;
    }

    /** Records accepted per second while measured. */
    public double recordsPerSecond() {
        return seconds == 0 ? 0 : accepted / seconds;
    }

    /** Records accepted while measured. */
    public long accepted() {
        return accepted;
    }

    /** Records accepted in all, warm-up included. */
    public long acceptedInAll() {
        return acceptedInAll;
    }

    /** How often what went wrong; empty if nothing did. */
    public Map<String, Long> errors() {
        return errors;
    }

    /** Latency of a request in microseconds, from its intended start. */
    public Histogram latencyMicros() {
        return latencyMicros;
    }

    /** Prints the figures. */
    public void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "accepted    %,d records in %.1f s: %,.0f records/s, %,.0f requests/s%n",
                accepted,
                seconds,
                recordsPerSecond(),
                seconds == 0 ? 0 : requests / seconds);
        out.println("latency     " + percentiles(latencyMicros) + " (from the intended start)");

        if (neverSent > 0) {
            out.printf(
                    Locale.ROOT,
                    "behind      %,d requests were due and never sent: the rate is too high, and"
                            + " their latency is not in the figures%n",
                    neverSent);
        }
        out.println("errors      " + (errors.isEmpty() ? "none" : errors));
    }

    /** The usual percentiles in milliseconds. */
    public static String percentiles(Histogram micros) {
        return String.format(
                Locale.ROOT,
                "p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms, n=%d",
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(90) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getValueAtPercentile(99.9) / 1e3,
                micros.getMaxValue() / 1e3,
                micros.getTotalCount());
    }
}
