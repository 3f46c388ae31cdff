package tekton.budget.bench.crash;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What must hold in the end: checks with names, and what they found. One thread. */
public final class Checker {

    private static final int NAMED_MAX = 5;
    private static final long LOOK_AGAIN_MS = 1_000;

    private final List<String> failures = new ArrayList<>();

    /** Looks for what is not as it must be. */
    @FunctionalInterface
    public interface Comparison {

        /** A sentence for each difference; nothing if all is right. */
        List<String> differences() throws IOException, InterruptedException;
    }

    /** Fails with each of these. */
    public void require(String check, List<String> differences) {
        differences.forEach(difference -> failures.add(check + ": " + difference));
    }

    /** Fails if there is any of what must not be. */
    public void requireNone(String check, long number) {
        if (number > 0) {
            failures.add(number + " " + check);
        }
    }

    /**
     * Compares until there is no difference or the timeout ends, and fails with a few of those that
     * are left. A comparison that cannot be made is a failure of this check alone.
     */
    public void eventually(String check, Duration timeout, Comparison comparison)
            throws InterruptedException {
        long begun = System.nanoTime();
        try {
            List<String> differences = comparison.differences();
            while (!differences.isEmpty() && System.nanoTime() - begun <= timeout.toNanos()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
                differences = comparison.differences();
            }
            require(check, differences.subList(0, Math.min(differences.size(), NAMED_MAX)));
            if (differences.isEmpty()) {
                System.out.printf(
                        "checked     %s: right after %.1f s%n",
                        check, (System.nanoTime() - begun) / 1e9);
            }
        } catch (IOException e) {
            failures.add(check + ": " + e);
        }
    }

    /** Notes what ended the run before its time. */
    public void aborted(Exception why) {
        failures.add(why.toString());
    }

    /** Whether nothing has failed so far. */
    public boolean holds() {
        return failures.isEmpty();
    }

    /** What has failed, the first first. */
    public List<String> failures() {
        return List.copyOf(failures);
    }
}
