package tekton.budget.metering.metrics;

import io.micrometer.core.instrument.Timer;

import java.util.concurrent.TimeUnit;

/** The oldest input of one task's open transaction. Of one stream thread. */
public final class OpenAge {

    private static final long NOTHING = Long.MAX_VALUE;

    private final Timer age;
    private long oldestMs = NOTHING;

    public OpenAge(Timer age) {
        this.age = age;
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
            age.record(Math.max(0, nowMs - oldestMs), TimeUnit.MILLISECONDS);
            oldestMs = NOTHING;
        }
    }
}
