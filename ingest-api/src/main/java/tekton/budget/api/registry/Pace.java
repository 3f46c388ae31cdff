package tekton.budget.api.registry;

import java.time.Duration;

/**
 * How often and how patiently Hermes is spoken to.
 *
 * @param heartbeat between signs of life
 * @param look between looks whether the entry is still listed: a Hermes that was restarted accepts
 *     heartbeats of entries it does not have
 * @param renewal between registrations: a token ends after an hour, whatever the heartbeats
 * @param retryFirst after the first failure in a row
 * @param retryMax after many
 * @param call how long one call may take
 * @param stop how long the stop may take, at most
 */
record Pace(
        Duration heartbeat,
        Duration look,
        Duration renewal,
        Duration retryFirst,
        Duration retryMax,
        Duration call,
        Duration stop) {

    static final Pace DEFAULT =
            new Pace(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(45),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2));
}
