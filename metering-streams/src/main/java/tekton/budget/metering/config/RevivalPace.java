package tekton.budget.metering.config;

import java.time.Duration;

/**
 * When to start a metering anew that has given up: soon, and later each time it gives up again
 * before long. One thread.
 */
public final class RevivalPace {

    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(1);

    /** After it has run for so long, its next end counts as the first. */
    static final Duration WELL = Duration.ofMinutes(5);

    private Duration next = FIRST;

    /**
     * How long to wait.
     *
     * @param ran how long it had been running
     */
    public Duration after(Duration ran) {
        if (ran.compareTo(WELL) >= 0) {
            next = FIRST;
        }
        Duration pause = next;
        next = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        return pause;
    }
}
