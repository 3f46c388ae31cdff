package tekton.budget.metering.worker;

import tekton.budget.metering.config.MeteringScale;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.query.remote.PeerSecret;
import tekton.budget.settings.Environment;
import tekton.budget.settings.InvalidSettingException;
import tekton.budget.settings.KafkaConnection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a worker can be told: what an instance with the HTTP API can be, as far as it has it.
 *
 * @param bind the address on which other instances ask it
 * @param port the port on which they do
 * @param host under which name others reach it
 * @param dataDirectory holds the stream state
 * @param kafka where Kafka is
 * @param secret what instances know each other by
 * @param scale how large the metering is
 */
record WorkerSettings(
        InetAddress bind,
        int port,
        String host,
        Path dataDirectory,
        KafkaConnection kafka,
        PeerSecret secret,
        MeteringScale scale) {

    private static final String CERTIFICATE = "BUDGET_TLS_CERTIFICATE_FILE";

    /**
     * What the environment says; the README's table lists the variables.
     *
     * @throws InvalidSettingException if it cannot be; a worker without a cluster secret, too, as
     *     nobody could ask it
     */
    static WorkerSettings of(Environment environment) {
        Optional<String> tls = environment.text(CERTIFICATE);
        if (tls.isPresent()) {
            throw new InvalidSettingException(
                    CERTIFICATE, tls.get(), "absent, as a worker does not speak TLS");
        }
        return new WorkerSettings(
                address(environment.text("BUDGET_BIND").orElse("127.0.0.1")),
                environment.port("BUDGET_PORT", 8013),
                environment.host("BUDGET_HOST", "localhost"),
                environment.path("BUDGET_DATA_DIR", "./data"),
                KafkaConnection.of(environment),
                PeerSecret.of(environment)
                        .orElseThrow(
                                () ->
                                        new InvalidSettingException(
                                                "BUDGET_CLUSTER_SECRET",
                                                "absent",
                                                "the secret of the cluster's instances, which ask"
                                                        + " a worker for what it owns")),
                MeteringScale.of(environment));
    }

    /**
     * The metering's part.
     *
     * @throws IOException if the instance's id can be neither read nor written
     */
    MeteringSettings metering() throws IOException {
        return MeteringSettings.of(
                kafka, dataDirectory.resolve("streams"), host + ':' + port, secret, scale);
    }

    private static InetAddress address(String bind) {
        try {
            return InetAddress.getByName(bind.equals("loopback") ? "127.0.0.1" : bind);
        } catch (UnknownHostException e) {
            throw new InvalidSettingException(
                    "BUDGET_BIND", bind, "loopback or an address of this machine");
        }
    }
}
