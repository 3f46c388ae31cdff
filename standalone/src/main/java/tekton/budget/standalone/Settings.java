package tekton.budget.standalone;

import tekton.budget.api.config.IngestSettings;
import tekton.budget.api.publish.PublisherSettings;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the environment says about this start; the README's table lists the variables.
 *
 * @param port where HTTP is served
 * @param bind the loopback address or host name HTTP is served on
 * @param host under which name others reach this service
 * @param version the version this service says it has
 * @param hermesUrl where components announce themselves
 * @param dataDirectory absolute; holds everything that outlives the process
 * @param kafkaPort where the local broker listens, if it is free
 * @param kafkaOptions options of the local broker's JVM
 * @param bootstrapServers the Kafka cluster to use instead of a local broker
 * @param unknown variables that look like ours but mean nothing to us
 */
record Settings(
        int port,
        String bind,
        String host,
        String version,
        URI hermesUrl,
        Path dataDirectory,
        int kafkaPort,
        List<String> kafkaOptions,
        Optional<String> bootstrapServers,
        List<String> unknown) {

    private static final String PREFIX = "BUDGET_";

    private static final String PORT = "BUDGET_PORT";
    private static final String BIND = "BUDGET_BIND";
    private static final String HOST = "BUDGET_HOST";
    private static final String VERSION = "BUDGET_VERSION";
    private static final String HERMES = "HERMES_URL";
    private static final String DATA = "BUDGET_DATA_DIR";
    private static final String KAFKA_PORT = "BUDGET_KAFKA_PORT";
    private static final String KAFKA_OPTIONS = "BUDGET_KAFKA_OPTS";
    private static final String BOOTSTRAP = "KAFKA_BOOTSTRAP_SERVERS";

    /** Read by {@code run_budget.sh}, which starts this JVM with it. */
    private static final String JAVA_OPTIONS = "BUDGET_JAVA_OPTS";

    /**
     * The broker shares the machine with the service. It copies bytes and waits, so the simple
     * compiler and collector serve: they took two thirds of the processor time that the optimising
     * compiler took for the same 15 million records, and a broker starts sooner with them.
     */
    private static final String KAFKA_OPTIONS_DEFAULT =
            "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    private static final Set<String> KNOWN =
            Set.of(PORT, BIND, HOST, VERSION, DATA, KAFKA_PORT, KAFKA_OPTIONS, JAVA_OPTIONS);

    /**
     * Reads the settings; what is absent has its default.
     *
     * @throws InvalidSettingException at the first value the service cannot start with
     */
    static Settings from(Map<String, String> variables) throws InvalidSettingException {
        Environment environment = new Environment(variables);
        int port = environment.port(PORT, 8013);
        int kafkaPort = environment.port(KAFKA_PORT, 9092);
        if (port == kafkaPort) {
            throw new InvalidSettingException(
                    KAFKA_PORT, String.valueOf(kafkaPort), "another port than " + PORT);
        }
        return new Settings(
                port,
                environment.loopback(BIND, "localhost"),
                environment.word(HOST, "localhost"),
                environment.word(VERSION, "0.1.0"),
                environment.httpUrl(HERMES, "http://localhost:8001/api"),
                environment.path(DATA, "./data"),
                kafkaPort,
                environment.words(KAFKA_OPTIONS, KAFKA_OPTIONS_DEFAULT),
                environment.hostsAndPorts(BOOTSTRAP),
                environment.names(PREFIX).stream().filter(name -> !KNOWN.contains(name)).toList());
    }

    /** The same for the HTTP front. */
    IngestSettings ingest(String bootstrapServersNow) {
        return new IngestSettings(
                port,
                bind,
                false,
                host,
                version,
                hermesUrl,
                bootstrapServersNow,
                dataDirectory,
                PublisherSettings.BYTES_IN_FLIGHT_DEFAULT);
    }
}
