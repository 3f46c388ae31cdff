package tekton.budget.broker;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * The configuration of a broker that is alone, kept as {@code server.properties} in its directory.
 */
public final class BrokerProperties {

    private static final String FILE = "server.properties";

    private BrokerProperties() {}

    /**
     * Writes the configuration into {@code directory}, which is made if needed and also takes the
     * data.
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
        Properties properties = new Properties();
        properties.putAll(defaults(directory.toAbsolutePath(), port, controllerPort));
        properties.putAll(overrides);
        Files.createDirectories(directory);
        Path file = directory.resolve(FILE);
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, "Written at each start of the broker");
        }
        return file;
    }

    private static Map<String, String> defaults(Path directory, int port, int controllerPort) {
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("log.dirs", directory.resolve("data").toString()),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:"
                                + port
                                + ",CONTROLLER://127.0.0.1:"
                                + controllerPort),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
                Map.entry("controller.listener.names", "CONTROLLER"),
                // A fixed list of voters, not a quorum kept in the data: so the controller's port
                // is free to change from start to start.
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),

                // One node: every internal topic has one replica and is written with it alone.
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                // The default of 50 partitions each only costs start-up time here.
                Map.entry("offsets.topic.num.partitions", "8"),
                Map.entry("transaction.state.log.num.partitions", "8"),

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
