package tekton.budget.poller.publish;

import java.time.Duration;
import java.time.Instant;

/**
 * When the sources are asked. The interval counts from the last time that any poller asked, so a
 * change of who works asks no more often. For one thread.
 */
public final class PollSchedule {

    /** What was asked for and could not be written is asked for again, though not at once. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Duration interval;
    private Instant notBefore;

    /**
     * A schedule.
     *
     * @param started when this poller started
     * @param atStart true to ask at the start as well
     */
    public PollSchedule(Duration interval, Instant started, boolean atStart) {
        this.interval = interval;
        this.atOnce = atStart;
        notBefore = started.plus(interval);
    }

    private boolean atOnce;

    /**
     * True when it is time.
     *
     * @param last when the sources were asked last; the epoch when they never were
     */
    boolean isDue(Instant now, Instant last) {
        // With a clock that was ahead before, a time to come says nothing.
        boolean due = last.isAfter(now) || !last.plus(interval).isAfter(now);
        return atOnce || (due && !notBefore.isAfter(now));
    }

    /** Told that they are being asked. */
    void begun(Instant now) {
        atOnce = false;
        notBefore = now.plus(interval.compareTo(AGAIN) < 0 ? interval : AGAIN);
    }
}
