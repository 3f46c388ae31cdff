package tekton.budget.api.access;

import java.time.Duration;

/**
 * How often something may be done: so many times a minute, and as many of them at once. All that a
 * bucket remembers is when it will be full again, so it is one number, and one that is full is
 * none. Times are nanoseconds of one clock, which may begin anywhere. Immutable.
 */
final class TokenBucket {

    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final int perMinute;
    private final long nanosForOne;

    /**
     * A bucket that is full at first.
     *
     * @param perMinute how many times; at least 1
     */
    TokenBucket(int perMinute) {
        this.perMinute = perMinute;
        nanosForOne = MINUTE_NANOS / perMinute;
    }

    /** How many times a minute. */
    int perMinute() {
        return perMinute;
    }

    /** Whether it is as full as one that was never used. */
    static boolean isFull(long fullAt, long now) {
        return fullAt - now <= 0;
    }

    /**
     * When it will be full again, once something is done now.
     *
     * @param fullAt when it would be full without that
     */
    long afterOne(long fullAt, long now) {
        return (isFull(fullAt, now) ? now : fullAt) + nanosForOne;
    }

    /**
     * How long the next one has to wait; zero if it need not.
     *
     * @param fullAt when it will be full again
     */
    Duration wait(long fullAt, long now) {
        return Duration.ofNanos(Math.max(0, afterOne(fullAt, now) - now - MINUTE_NANOS));
    }
}
