package tekton.budget.alerting.config;

import tekton.budget.alerting.consume.KafkaClients;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.settings.Environment;
import tekton.budget.settings.KafkaConnection;

import java.time.Duration;

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
                        KafkaConnection.of(environment), environment.word(INSTANCE, "alerting-1")),
                new Attempts(environment.integer("BUDGET_ALERT_ATTEMPTS", 8, 1, 20), FIRST_PAUSE),
                environment.flag("BUDGET_ALERT_ALLOW_PRIVATE_TARGETS", false));
    }

    /** The same on another Kafka. */
    public AlertingSettings withKafka(KafkaConnection other) {
        return new AlertingSettings(
                new KafkaClients(other, clients.instanceId()), attempts, privateTargetsAllowed);
    }
}
