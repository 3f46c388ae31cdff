package tekton.budget.poller.source;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how long a source is asked in one poll.
 *
 * @param attempts how often at most, at least 1
 * @param attempt how long one attempt may take, all of the answer included
 * @param firstPause how long to wait behind the first failure; twice as long behind the next
 * @param longestPause no pause is longer, whatever the source asks for
 */
public record DownloadTimeouts(
        int attempts, Duration attempt, Duration firstPause, Duration longestPause) {

    /** For sources on the public network: at most a minute and a half. */
    public static final DownloadTimeouts PUBLIC =
            new DownloadTimeouts(
                    3, Duration.ofSeconds(25), Duration.ofSeconds(1), Duration.ofSeconds(5));

    /**
     * The pause behind so many failures in a row, with a random half more, so that those who failed
     * together do not come back together.
     */
    Duration pauseAfter(int failures, RandomGenerator random) {
        Duration doubled = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
        Duration pause = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
        return pause.plusNanos(random.nextLong(Math.max(1, pause.toNanos() / 2)));
    }
}
