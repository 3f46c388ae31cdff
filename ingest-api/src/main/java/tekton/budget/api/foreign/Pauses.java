package tekton.budget.api.foreign;

import java.time.Duration;

/** How long to wait before the next attempt: longer each time, up to a bound. One thread. */
final class Pauses {

    static final Duration FIRST = Duration.ofMillis(250);
    static final Duration LONGEST = Duration.ofSeconds(10);

    private Duration next = FIRST;

    /** The next one. */
    Duration next() {
        Duration now = next;
        Duration twice = now.multipliedBy(2);
        next = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
        return now;
    }

    /** An attempt has succeeded. */
    void over() {
        next = FIRST;
    }
}
