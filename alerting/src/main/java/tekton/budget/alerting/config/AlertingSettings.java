package tekton.budget.alerting.config;

import org.jspecify.annotations.Nullable;

import tekton.budget.alerting.consume.AlertingClients;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InstanceId;
import tekton.budget.settings.KafkaConnection;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What alerting can be told.
 *
 * @param kafka where Kafka is
 * @param instance names this member of the group, also after a restart; null for the name that is
 *     kept in the directory
 * @param dataDirectory keeps that name, in {@code alerting}
 * @param attempts how often deliveries are tried
 * @param privateTargetsAllowed whether events may be delivered to this machine and its networks
 */
public record AlertingSettings(
        KafkaConnection kafka,
        @Nullable String instance,
        Path dataDirectory,
        Attempts attempts,
        boolean privateTargetsAllowed) {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    private static final String INSTANCE = "BUDGET_ALERT_INSTANCE";

    /** What the environment says; the README's table lists the variables. */
    public static AlertingSettings of(Environment environment) {
        return new AlertingSettings(
                KafkaConnection.of(environment),
                environment.text(INSTANCE).isEmpty() ? null : environment.word(INSTANCE, "east"),
                environment.path("BUDGET_DATA_DIR", "./data"),
                new Attempts(environment.integer("BUDGET_ALERT_ATTEMPTS", 8, 1, 20), FIRST_PAUSE),
                environment.flag("BUDGET_ALERT_ALLOW_PRIVATE_TARGETS", false));
    }

    /** The same on another Kafka. */
    public AlertingSettings withKafka(KafkaConnection other) {
        return new AlertingSettings(
                other, instance, dataDirectory, attempts, privateTargetsAllowed);
    }

    /**
     * How it talks to Kafka.
     *
     * @throws IOException if the name can be neither read nor written
     */
    AlertingClients clients() throws IOException {
        return new AlertingClients(
                kafka,
                instance == null ? InstanceId.in(dataDirectory.resolve("alerting")) : instance);
    }
}
