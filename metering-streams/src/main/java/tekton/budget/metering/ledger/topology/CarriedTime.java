package tekton.budget.metering.ledger.topology;

import java.util.function.LongSupplier;

/**
 * What time it is for a task while nothing comes in: the append time last heard, carried on by a
 * clock that only measures. This process's own wall clock is believed once, at the start; set wrong
 * later, it would end windows that still run, and the ledger's time never goes back. One thread.
 */
final class CarriedTime {

    private static final long NANOS_PER_MS = 1_000_000;

    private final LongSupplier nanos;
    private long heardMs;
    private long heardNanos;

    /**
     * Begins.
     *
     * @param wallClockMs epoch milliseconds
     * @param nanos a clock that only ever goes forward
     */
    CarriedTime(long wallClockMs, LongSupplier nanos) {
        this.nanos = nanos;
        heard(wallClockMs);
    }

    /** An append time, epoch milliseconds: from here on it counts. */
    void heard(long appendTimeMs) {
        heardMs = appendTimeMs;
        heardNanos = nanos.getAsLong();
    }

    /** The time, epoch milliseconds. */
    long nowMs() {
        return heardMs + (nanos.getAsLong() - heardNanos) / NANOS_PER_MS;
    }
}
