package tekton.budget.api.live;

import java.time.Duration;

/**
 * How live streams are served.
 *
 * @param connectionsMax how many WebSockets and event streams there may be
 * @param heartbeat how often each gets a sign of life
 */
public record LiveSettings(int connectionsMax, Duration heartbeat) {

    public static final int CONNECTIONS_DEFAULT = 1_024;
    public static final int CONNECTIONS_MAX = 16_384;
    public static final int HEARTBEAT_SECONDS_DEFAULT = 20;
    public static final int HEARTBEAT_SECONDS_MAX = 120;

    /** What holds when nothing else is said. */
    public static final LiveSettings DEFAULT =
            new LiveSettings(CONNECTIONS_DEFAULT, Duration.ofSeconds(HEARTBEAT_SECONDS_DEFAULT));
}
