package tekton.budget.testbroker;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a test waits for what has to come. A test of what is right waits as long as it takes, on
 * any machine: the bound only ends what never comes, and what a user waits for by default is no
 * part of a verdict. Any thread.
 */
public final class Patience {

    /** Far beyond what anything takes, also on a slow and busy machine. */
    public static final Duration LIMIT = Duration.ofMinutes(3);

    /** The same in seconds. */
    public static final long SECONDS = LIMIT.toSeconds();

    private static final long LOOK_AGAIN_NANOS = 20_000_000;

    private Patience() {}

    /** Something that holds or does not, as it is now. */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }

    /**
     * Waits until something holds.
     *
     * @throws AssertionError if it does not within the limit
     */
    public static <E extends Exception> void await(Condition<E> condition) throws E {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come to hold within " + SECONDS + " s");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
