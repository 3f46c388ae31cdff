package tekton.budget.broker;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The configuration of a broker, kept as {@code server.properties} in its directory. */
public final class BrokerProperties {

    private static final String FILE = "server.properties";

    private BrokerProperties() {}

    /**
     * Writes the configuration of a broker that is alone into {@code directory}, which is made if
     * needed and also takes the data.
     *
     * <p>The ports may be others at each start: the data names neither. Both are bound on loopback.
     *
     * @param port where clients connect, 1 to 65535
     * @param controllerPort where the broker talks to itself, 1 to 65535
     * @param overrides Kafka server properties that win over the ones chosen here
     * @return the file written
     * @throws IOException if the directory or the file cannot be written
     */
    public static Path write(
            Path directory, int port, int controllerPort, Map<String, String> overrides)
            throws IOException {
        return write(directory, Cluster.ofOne(port, controllerPort), 1, overrides);
    }

    /**
     * Writes the configuration of one broker of a cluster, as the other method does. All brokers
     * have to be given the same cluster; its ports stay for as long as one of them runs.
     *
     * @param nodeId which of its members this broker is, from 1
     */
    public static Path write(
            Path directory, Cluster cluster, int nodeId, Map<String, String> overrides)
            throws IOException {
        Properties properties = new Properties();
        properties.putAll(defaults(directory.toAbsolutePath(), cluster, nodeId));
        properties.putAll(overrides);
        Files.createDirectories(directory);
        Path file = directory.resolve(FILE);
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, "Written at each start of the broker");
        }
        return file;
    }

    private static Map<String, String> defaults(Path directory, Cluster cluster, int nodeId) {
        Cluster.Member member = cluster.member(nodeId);
        String copies = String.valueOf(cluster.copies());
        String inSync = String.valueOf(cluster.copiesInSync());
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", String.valueOf(nodeId)),
                Map.entry("log.dirs", directory.resolve("data").toString()),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:"
                                + member.port()
                                + ",CONTROLLER://127.0.0.1:"
                                + member.controllerPort()),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + member.port()),
                Map.entry("controller.listener.names", "CONTROLLER"),
                // A fixed list of voters, not a quorum kept in the data: so the controllers' ports
                // are free to change from start to start.
                Map.entry("controller.quorum.voters", cluster.voters()),

                // One node: every internal topic has one replica and is written with it alone.
                // Three: one of them may be down.
                Map.entry("offsets.topic.replication.factor", copies),
                Map.entry("transaction.state.log.replication.factor", copies),
                Map.entry("transaction.state.log.min.isr", inSync),
                Map.entry("share.coordinator.state.topic.replication.factor", copies),
                Map.entry("share.coordinator.state.topic.min.isr", inSync),
                // Also of the consumers' offsets and of topics that say nothing themselves.
                Map.entry("min.insync.replicas", inSync),
                // The default of 50 partitions each only costs start-up time here.
                Map.entry("offsets.topic.num.partitions", "8"),
                Map.entry("transaction.state.log.num.partitions", "8"),

                // What a killed broker did not flush is read and checked at the next start, and
                // that
                // is up to one segment of each partition: 1 GiB by default, with 100 of them.
                Map.entry("log.segment.bytes", String.valueOf(64 << 20)),
                // Read whole at each start before anything is counted; 100 MB by default, and only
                // closed segments are compacted.
                Map.entry("offsets.topic.segment.bytes", String.valueOf(8 << 20)),
                Map.entry("transaction.state.log.segment.bytes", String.valueOf(8 << 20)),

                // A broker beside the service on few processors: every thread of these wakes up
                // several times a second while nothing happens, and more of them than processors
                // do not answer sooner.
                Map.entry("num.io.threads", "4"),
                Map.entry("num.network.threads", "2"),
                Map.entry("group.coordinator.threads", "1"),
                Map.entry("share.coordinator.threads", "1"),

                // Topics are made by the service with their own configuration, or not at all.
                Map.entry("auto.create.topics.enable", "false"),
                // Nobody else is about to join: waiting 3 s for them would only delay the start.
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                // A transaction whose owner died holds up committed readers until this scan ends
                // it.
                Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "2000"),
                // Transactions follow one another every few milliseconds; the default of 20 ms
                // between two tries to begin the next would be most of the time they take.
                Map.entry("add.partitions.to.txn.retry.backoff.ms", "5"),
                // 128 MB by default, for a cleaner that has little to clean.
                Map.entry("log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20)));
    }
}
