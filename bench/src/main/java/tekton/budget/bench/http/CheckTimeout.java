package tekton.budget.bench.http;

import java.time.Duration;

/**
 * How long a check waits for what has to come, an answer, an instance or a total: it decides what
 * is right, not how quick this machine is. What measures time has bounds of its own.
 */
public final class CheckTimeout {

    /** Far beyond what anything takes, also on a slow and busy machine. */
    public static final Duration LIMIT = Duration.ofMinutes(5);

    /** For those who end only after others have waited that long. */
    public static final Duration LONGER = LIMIT.plusMinutes(1);

    private CheckTimeout() {}

    /** Whether more than the limit has passed since a {@link System#nanoTime}. */
    public static boolean isOver(long begunNanos) {
        return System.nanoTime() - begunNanos > LIMIT.toNanos();
    }
}
