package tekton.budget.broker;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;

/**
 * A Kafka broker running in this JVM, alone or one of a cluster.
 *
 * <p>An acknowledged record is in the page cache of one machine: it survives the end of the process
 * in any manner, not a loss of power.
 *
 * <p>Safe for use by several threads; {@link #close} may be called more than once.
 */
public final class Broker implements AutoCloseable {

    private final KafkaRaftServer server;

    private Broker(KafkaRaftServer server) {
        this.server = server;
    }

    /**
     * Starts a broker that is alone on the data its configuration names, making the data directory
     * ready first if it is new, and returns when clients can connect. The cluster's id is drawn
     * then, once, and lives in the data directory from then on.
     *
     * @param configuration a file written by {@link BrokerProperties}
     * @throws IOException if the configuration or the data directory cannot be read or written, or
     *     if there is too little {@link FreeRoom}
     * @throws RuntimeException of Kafka's kinds if a port is taken or the data cannot be used
     */
    public static Broker start(Path configuration) throws IOException {
        return start(configuration, Uuid.randomUuid().toString());
    }

    /**
     * The same for one broker of a cluster; returns when enough of the others run too.
     *
     * @param clusterId for a new data directory: the same for all brokers of the cluster, a UUID as
     *     Kafka writes it, 22 characters of base64url
     */
    public static Broker start(Path configuration, String clusterId) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(configuration)) {
            properties.load(reader);
        }
        Path data = Path.of(properties.getProperty("log.dirs"));
        FreeRoom.require(data);
        formatIfNew(configuration, clusterId, data);
        StaleRegistration.end(properties);
        KafkaRaftServer server =
                new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException failed) {
            server.shutdown();
            throw failed;
        }
        return new Broker(server);
    }

    private static void formatIfNew(Path configuration, String clusterId, Path data)
            throws IOException {
        // Formatting writes this file last, so a kill in the middle is not taken for done.
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(data);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status;
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            status =
                    StorageTool.execute(
                            new String[] {
                                "format",
                                "--cluster-id",
                                clusterId,
                                "--config",
                                configuration.toString()
                            },
                            out);
        }
        if (status != 0) {
            throw new IOException(
                    "data directory "
                            + data
                            + " cannot be formatted: "
                            + said.toString(StandardCharsets.UTF_8).strip());
        }
        force(data);
    }

    /** Or a loss of power may leave a directory that is half made, which Kafka refuses for good. */
    private static void force(Path data) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(data, Files::isRegularFile)) {
            for (Path file : files) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    /** Waits until the broker has stopped, by {@link #close} or by itself. */
    public void awaitShutdown() {
        server.awaitShutdown();
    }

    /** Stops the broker; returns when its files are closed. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
