package tekton.budget.metering.config;

import org.jspecify.annotations.Nullable;

import tekton.budget.metering.query.remote.PeerSecret;
import tekton.budget.settings.InstanceId;
import tekton.budget.settings.KafkaConnection;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the metering can be told.
 *
 * @param kafka where Kafka is
 * @param stateDirectory where the stores keep their files; must survive restarts
 * @param advertisedServer host:port at which other instances reach this one's HTTP
 * @param secret what instances know each other by; null where this one is alone
 * @param instanceId names this member of the group; no two running at a time may share one
 * @param scale how large it is
 * @param idWindow how long a record id is remembered at least
 * @param commitInterval how long counted records wait for their commit at most, with much traffic;
 *     with little they wait a tenth of a second, in a backlog four times as long; 1 ms to 2 s, less
 *     than a transaction may last
 * @param publishRated whether records are published as counted, with their cost
 */
public record MeteringSettings(
        KafkaConnection kafka,
        Path stateDirectory,
        String advertisedServer,
        @Nullable PeerSecret secret,
        String instanceId,
        MeteringScale scale,
        Duration idWindow,
        Duration commitInterval,
        boolean publishRated) {

    public MeteringSettings {
        requireWithin("idWindow in minutes", idWindow.toMinutes(), 1, 60L * 24 * 32);
        requireWithin("commitInterval in ms", commitInterval.toMillis(), 1, 2_000);
    }

    /**
     * The defaults for one node.
     *
     * @throws IOException if the instance's id can be neither read nor written
     */
    public static MeteringSettings of(
            String bootstrapServers, Path stateDirectory, String advertisedServer)
            throws IOException {
        return of(
                KafkaConnection.plain(bootstrapServers),
                stateDirectory,
                advertisedServer,
                null,
                MeteringScale.ONE_NODE);
    }

    /**
     * An instance with the state and under the name that are in a directory.
     *
     * @throws IOException if the instance's id can be neither read nor written
     */
    public static MeteringSettings of(
            KafkaConnection kafka,
            Path stateDirectory,
            String advertisedServer,
            @Nullable PeerSecret secret,
            MeteringScale scale)
            throws IOException {
        return new MeteringSettings(
                kafka,
                stateDirectory,
                advertisedServer,
                secret,
                InstanceId.in(stateDirectory),
                scale,
                Duration.ofHours(24),
                Duration.ofMillis(500),
                false);
    }

    /**
     * The same with the state of one Kafka cluster: what was written for one says nothing about
     * another's records, and would have them skipped as read.
     *
     * @param clusterId Kafka's own name of the cluster
     */
    MeteringSettings onCluster(String clusterId) {
        return new MeteringSettings(
                kafka,
                stateDirectory.resolve(clusterId.replaceAll("[^A-Za-z0-9_-]", "_")),
                advertisedServer,
                secret,
                instanceId,
                scale,
                idWindow,
                commitInterval,
                publishRated);
    }

    private static void requireWithin(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: %d to %d)".formatted(name, value, min, max));
        }
    }
}
