import kafka.server.KafkaConfig;

/** Prints the names of all properties that a Kafka broker has; for {@code check-compose.sh}. */
public final class BrokerPropertyNames {

    private BrokerPropertyNames() {}

    public static void main(String[] arguments) {
        KafkaConfig.configDef().names().forEach(System.out::println);
    }
}
