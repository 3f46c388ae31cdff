package tekton.budget.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Where Kafka is, and what every client needs to get in.
 *
 * @param bootstrapServers host:port, several separated by commas
 * @param security Kafka client properties of TLS and SASL, the same for every client
 * @param replication copies of every topic, 1 to the number of brokers; a write is acknowledged
 *     when all but one of them have it
 */
public record KafkaConnection(
        String bootstrapServers, Map<String, String> security, int replication) {

    /** The variable that names the brokers. */
    public static final String SERVERS = "KAFKA_BOOTSTRAP_SERVERS";

    /** The variable that names the file with what TLS and SASL need. */
    public static final String PROPERTIES_FILE = "BUDGET_KAFKA_PROPERTIES";

    /** The variable that says how many copies of every topic there are. */
    public static final String REPLICATION = "BUDGET_REPLICATION";

    private static final int REPLICATION_MAX = 9;

    private static final String SERVERS_DEFAULT = "localhost:9092";

    /**
     * What such a file may say. All else is ours to choose: a client with other acknowledgements or
     * another isolation would break what is promised.
     */
    private static final List<String> PREFIXES = List.of("security.", "ssl.", "sasl.");

    public KafkaConnection {
        security = Map.copyOf(security);
        if (replication < 1 || replication > REPLICATION_MAX) {
            throw new IllegalArgumentException(
                    "replication: %d (expected: 1 to %d)".formatted(replication, REPLICATION_MAX));
        }
    }

    /** One broker that takes everybody. */
    public static KafkaConnection plain(String bootstrapServers) {
        return new KafkaConnection(bootstrapServers, Map.of(), 1);
    }

    /**
     * What the environment says; the README's table lists the variables.
     *
     * @throws InvalidSettingException if it cannot be, the file's content included
     */
    public static KafkaConnection of(Environment environment) {
        String servers = environment.hostsAndPorts(SERVERS).orElse(SERVERS_DEFAULT);
        Map<String, String> security =
                environment
                        .text(PROPERTIES_FILE)
                        .map(_ -> read(environment.path(PROPERTIES_FILE, ".")))
                        .orElse(Map.of());
        return new KafkaConnection(
                servers, security, environment.integer(REPLICATION, 1, 1, REPLICATION_MAX));
    }

    /** Properties to begin a client's with, to be added to by the caller. */
    public Map<String, Object> client() {
        Map<String, Object> config = new HashMap<>(security);
        config.put("bootstrap.servers", bootstrapServers);
        return config;
    }

    /** Names only: the values may be passwords. */
    @Override
    public String toString() {
        return "KafkaConnection[%s, security=%s, replication=%d]"
                .formatted(bootstrapServers, new TreeSet<>(security.keySet()), replication);
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new InvalidSettingException(
                    PROPERTIES_FILE, file.toString(), "a properties file that can be read");
        }
        Map<String, String> security = new HashMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (PREFIXES.stream().noneMatch(name::startsWith)) {
                throw new InvalidSettingException(
                        PROPERTIES_FILE,
                        name + " in " + file,
                        "properties that begin with security., ssl. or sasl.");
            }
            security.put(name, properties.getProperty(name));
        }
        return security;
    }
}
