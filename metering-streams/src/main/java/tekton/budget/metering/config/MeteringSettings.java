package tekton.budget.metering.config;

import tekton.budget.topic.Topic;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What the metering can be told.
 *
 * @param bootstrapServers Kafka's addresses, host:port separated by commas
 * @param stateDirectory where the stores keep their files; must survive restarts
 * @param advertisedServer host:port at which other instances reach this one's HTTP
 * @param instanceId names this member of the group; no two running at a time may share one
 * @param usagePartitions partitions of the usage topic, strays and stage two; frozen with the data
 * @param ledgerPartitions partitions of the ledger's topics; frozen with the data
 * @param replication copies of every topic, 1 to the number of brokers
 * @param idWindow how long a record id is remembered at least
 * @param commitInterval how long counted records wait for their commit at most, with much traffic;
 *     with little they wait a tenth of a second
 * @param threads stream threads
 * @param publishRated whether records are published as counted, with their cost
 * @param kafka further Kafka client properties, such as those of TLS and SASL; they win
 */
public record MeteringSettings(
        String bootstrapServers,
        Path stateDirectory,
        String advertisedServer,
        String instanceId,
        int usagePartitions,
        int ledgerPartitions,
        int replication,
        Duration idWindow,
        Duration commitInterval,
        int threads,
        boolean publishRated,
        Map<String, String> kafka) {

    public MeteringSettings {
        requireWithin("usagePartitions", usagePartitions, 1, 1_000);
        requireWithin("ledgerPartitions", ledgerPartitions, 1, 1_000);
        requireWithin("replication", replication, 1, 100);
        requireWithin("idWindow in minutes", idWindow.toMinutes(), 1, 60L * 24 * 32);
        requireWithin("commitInterval in ms", commitInterval.toMillis(), 1, 10_000);
        requireWithin("threads", threads, 1, 64);
        kafka = Map.copyOf(kafka);
    }

    /**
     * The defaults for one node.
     *
     * @throws IOException if the instance's id can be neither read nor written
     */
    public static MeteringSettings of(
            String bootstrapServers, Path stateDirectory, String advertisedServer)
            throws IOException {
        return new MeteringSettings(
                bootstrapServers,
                stateDirectory,
                advertisedServer,
                InstanceId.in(stateDirectory),
                6,
                3,
                1,
                Duration.ofHours(24),
                Duration.ofMillis(500),
                1,
                false,
                Map.of());
    }

    /**
     * The same with the state of one Kafka cluster: what was written for one says nothing about
     * another's records, and would have them skipped as read.
     *
     * @param clusterId Kafka's own name of the cluster
     */
    MeteringSettings onCluster(String clusterId) {
        return new MeteringSettings(
                bootstrapServers,
                stateDirectory.resolve(clusterId.replaceAll("[^A-Za-z0-9_-]", "_")),
                advertisedServer,
                instanceId,
                usagePartitions,
                ledgerPartitions,
                replication,
                idWindow,
                commitInterval,
                threads,
                publishRated,
                kafka);
    }

    /** How many partitions a topic has. */
    public int partitionsOf(Topic topic) {
        return switch (topic.partitioning()) {
            case USAGE -> usagePartitions;
            case LEDGER -> ledgerPartitions;
            case SINGLE -> 1;
        };
    }

    private static void requireWithin(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: %d to %d)".formatted(name, value, min, max));
        }
    }
}
