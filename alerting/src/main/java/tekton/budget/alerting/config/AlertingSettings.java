package tekton.budget.alerting.config;

import tekton.budget.alerting.consume.KafkaClients;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.settings.Environment;

import java.time.Duration;
import java.util.Map;

/**
 * What alerting can be told.
 *
 * @param clients where Kafka is, and under which name this instance goes
 * @param attempts how often deliveries are tried
 * @param privateTargetsAllowed whether events may be delivered to this machine and its networks
 */
public record AlertingSettings(
        KafkaClients clients, Attempts attempts, boolean privateTargetsAllowed) {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    /** The variable that names an instance. */
    public static final String INSTANCE = "BUDGET_ALERT_INSTANCE";

    /** What the environment says; the README's table lists the variables. */
    public static AlertingSettings of(Environment environment) {
        return new AlertingSettings(
                new KafkaClients(
                        environment
                                .hostsAndPorts("KAFKA_BOOTSTRAP_SERVERS")
                                .orElse("localhost:9092"),
                        environment.word(INSTANCE, "alerting-1"),
                        Map.of()),
                new Attempts(environment.integer("BUDGET_ALERT_ATTEMPTS", 8, 1, 20), FIRST_PAUSE),
                environment.flag("BUDGET_ALERT_ALLOW_PRIVATE_TARGETS", false));
    }

    /** The same on another Kafka. */
    public AlertingSettings withBootstrapServers(String others) {
        return new AlertingSettings(
                new KafkaClients(others, clients.instanceId(), clients.further()),
                attempts,
                privateTargetsAllowed);
    }
}
