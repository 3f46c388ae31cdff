package tekton.budget.standalone;

import tekton.budget.alerting.config.AlertingSettings;
import tekton.budget.api.config.IngestSettings;
import tekton.budget.poller.config.PollerSettings;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.settings.KafkaConnection;

import java.util.List;
import java.util.Optional;

/**
 * What the environment says about this start; docs/configuration.md lists the variables.
 *
 * @param ingest how HTTP is served; its Kafka is not known before the local broker is
 * @param alerting how people are told; its Kafka is not known before the local broker is
 * @param poller how prices are polled; its Kafka is not known before the local broker is
 * @param kafkaPort where the local broker listens, if it is free
 * @param kafkaOptions options of the local broker's JVM
 * @param kafka the Kafka cluster to use instead of a local broker
 */
record Settings(
        IngestSettings ingest,
        AlertingSettings alerting,
        PollerSettings poller,
        int kafkaPort,
        List<String> kafkaOptions,
        Optional<KafkaConnection> kafka) {

    private static final String KAFKA_PORT = "BUDGET_KAFKA_PORT";

    /** Read by {@code run_budget.sh}, which starts this JVM with it. */
    private static final String JAVA_OPTIONS = "BUDGET_JAVA_OPTS";

    /** Read by {@code run_budget.sh}: whether it trains, and starts from the caches. */
    private static final String TRAINING = "BUDGET_TRAINING";

    /**
     * The broker shares the machine with the service. It copies bytes and waits, so the simple
     * compiler and collector serve: they took two thirds of the processor time that the optimising
     * compiler took for the same 15 million records, and a broker starts sooner with them.
     */
    static final String KAFKA_OPTIONS_DEFAULT = "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    /**
     * Reads the settings; what is absent has its default.
     *
     * @throws InvalidSettingException at the first value the service cannot start with
     */
    static Settings from(Environment environment) {
        environment.ignore(JAVA_OPTIONS);
        environment.ignore(TRAINING);
        environment.ignore(Starter.TOKEN);
        IngestSettings ingest = IngestSettings.of(environment);
        int kafkaPort = environment.port(KAFKA_PORT, 9092);
        if (ingest.port() == kafkaPort) {
            throw new InvalidSettingException(
                    KAFKA_PORT, String.valueOf(kafkaPort), "another port than BUDGET_PORT");
        }
        KafkaConnection kafka = KafkaConnection.of(environment);
        boolean local = environment.text(KafkaConnection.SERVERS).isEmpty();
        if (local && !kafka.security().isEmpty()) {
            throw new InvalidSettingException(
                    KafkaConnection.PROPERTIES_FILE,
                    environment.text(KafkaConnection.PROPERTIES_FILE).orElse(""),
                    "nothing, as the local broker takes no TLS or SASL; "
                            + KafkaConnection.SERVERS
                            + " names another Kafka");
        }
        if (local && kafka.replication() > 1) {
            throw new InvalidSettingException(
                    KafkaConnection.REPLICATION,
                    String.valueOf(kafka.replication()),
                    "1, as the local broker is alone; "
                            + KafkaConnection.SERVERS
                            + " names another Kafka");
        }
        return new Settings(
                ingest,
                AlertingSettings.of(environment),
                PollerSettings.of(environment),
                kafkaPort,
                environment.words("BUDGET_KAFKA_OPTS", KAFKA_OPTIONS_DEFAULT),
                local ? Optional.empty() : Optional.of(kafka));
    }
}
