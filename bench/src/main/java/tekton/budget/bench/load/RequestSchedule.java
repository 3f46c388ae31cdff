package tekton.budget.bench.load;

/**
 * When requests are meant to start: evenly, at a rate, whatever the answers do. Without a rate
 * (closed loop) a request is meant to start when a connection is free.
 *
 * @param startNanos the instant of request 0, as {@link System#nanoTime}
 * @param requestsPerSecond the rate, or 0 for a closed loop
 */
record RequestSchedule(long startNanos, double requestsPerSecond) {

    /** When a request is meant to start; in a closed loop, now. */
    long intendedNanos(long request, long nowNanos) {
        return requestsPerSecond == 0
                ? nowNanos
                : startNanos + (long) (request * 1e9 / requestsPerSecond);
    }

    /** How many requests are due before an instant; in a closed loop, none. */
    long dueBy(long nanos) {
        return (long) ((nanos - startNanos) * requestsPerSecond / 1e9);
    }

    /** Whether a request is due. */
    boolean isDue(long request, long nowNanos) {
        return intendedNanos(request, nowNanos) - nowNanos <= 0;
    }
}
