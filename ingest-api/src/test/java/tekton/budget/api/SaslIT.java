package tekton.budget.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tekton.budget.alerting.consume.Alerting;
import tekton.budget.alerting.consume.AlertingClients;
import tekton.budget.alerting.consume.ProcessingStep;
import tekton.budget.alerting.deliver.Attempts;
import tekton.budget.api.config.ClusterSettings;
import tekton.budget.broker.FreePorts;
import tekton.budget.settings.KafkaConnection;
import tekton.budget.testbroker.TestBroker;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** On a Kafka that lets nobody in without a password: every client there is has it. */
class SaslIT {

    private static final String LOGIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
                    + " password=\"%s\"";

    private static final Map<String, String> BROKER =
            Map.of(
                    "listener.security.protocol.map",
                    "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                    // By its name, whose protocol the map has; else the broker asks itself in
                    // plain.
                    "inter.broker.listener.name",
                    "PLAINTEXT",
                    "sasl.enabled.mechanisms",
                    "PLAIN",
                    "sasl.mechanism.inter.broker.protocol",
                    "PLAIN",
                    "listener.name.plaintext.plain.sasl.jaas.config",
                    LOGIN.formatted("broker", "of-the-broker")
                            + " user_broker=\"of-the-broker\" user_budget=\"of-budget\";");

    private static final Map<String, String> CLIENT =
            Map.of(
                    "security.protocol",
                    "SASL_PLAINTEXT",
                    "sasl.mechanism",
                    "PLAIN",
                    "sasl.jaas.config",
                    LOGIN.formatted("budget", "of-budget") + ";");

    @TempDir Path data;

    @Test
    void everyPartGetsIn() throws Exception {
        try (TestBroker broker = TestBroker.start(BROKER)) {
            KafkaConnection kafka = new KafkaConnection(broker.bootstrapServers(), CLIENT, 1);
            try (Api api =
                            Api.startInstance(
                                            FreePorts.find(1).getFirst(),
                                            kafka,
                                            data,
                                            ClusterSettings.ALONE)
                                    .awaitHealthy();
                    Alerting alerting =
                            new Alerting(
                                    new AlertingClients(kafka, "sasl"),
                                    new Attempts(1, Duration.ofMillis(20)),
                                    true,
                                    InstantSource.system(),
                                    ProcessingStep.UNOBSERVED)) {
                alerting.start();
                Api.await(() -> api.get("/ready").statusCode() == 200);
                Api.await(() -> api.get("/api/alerts").statusCode() == 200);
                Api.await(alerting::isRunning);

                HttpResponse<String> allocation =
                        api.post(
                                "/api/allocations",
                                LedgerApi.body("default", "c", 400, ""),
                                "Content-Type",
                                "application/json");
                assertThat(allocation.statusCode()).as(allocation.body()).isEqualTo(201);
                HttpResponse<String> usage =
                        api.post("/api/usage/record", LedgerApi.usage("c", 100, 0, ""));
                assertThat(usage.statusCode()).as(usage.body()).isEqualTo(201);
                HttpResponse<String> total =
                        api.get(
                                "/api/totals/contexts/c",
                                "Budget-Position",
                                usage.headers().firstValue("Budget-Position").orElseThrow());
                assertThat(total.statusCode()).as(total.body()).isEqualTo(200);
            }
        }
    }
}
