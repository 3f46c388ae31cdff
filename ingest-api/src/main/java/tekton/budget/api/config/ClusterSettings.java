package tekton.budget.api.config;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.config.MeteringScale;
import tekton.budget.metering.query.remote.PeerSecret;
import tekton.budget.settings.Environment;

import java.time.Duration;

/**
 * How an instance works with others.
 *
 * @param scale partitions, copies and threads
 * @param secret what instances know each other by; null where this one is alone
 * @param drain how long it goes on serving after it has been told to stop and has said that it is
 *     not ready any more, so that nobody is sent here when it closes
 */
public record ClusterSettings(MeteringScale scale, @Nullable PeerSecret secret, Duration drain) {

    /** One instance. */
    public static final ClusterSettings ALONE =
            new ClusterSettings(MeteringScale.ONE_NODE, null, Duration.ZERO);

    private static final int DRAIN_SECONDS_MAX = 30;

    /** The settings of the environment; docs/configuration.md lists the variables. */
    static ClusterSettings of(Environment environment) {
        return new ClusterSettings(
                MeteringScale.of(environment),
                PeerSecret.of(environment).orElse(null),
                Duration.ofSeconds(
                        environment.integer("BUDGET_DRAIN_SECONDS", 0, 0, DRAIN_SECONDS_MAX)));
    }
}
