package tekton.budget.api.config;

import tekton.budget.api.totals.QueryPorts;
import tekton.budget.metering.config.Metering;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.metrics.MeteringMetrics;
import tekton.budget.metering.query.remote.PeerEndpoint;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Starts the metering this instance takes part in. */
@FunctionalInterface
public interface MeteringStart {

    /**
     * Makes sure that the topics are there, and starts. Called again after a failure.
     *
     * @param metrics where it counts
     * @throws Exception while Kafka cannot be reached
     */
    Running start(IngestSettings settings, MeteringMetrics metrics) throws Exception;

    /** The metering in this JVM. */
    static MeteringStart onKafka() {
        return (settings, metrics) -> {
            Metering metering =
                    Metering.start(
                            MeteringSettings.of(
                                    settings.kafka(),
                                    settings.dataDirectory().resolve("streams"),
                                    settings.advertisedServer(),
                                    settings.peerSecret(),
                                    settings.cluster().scale()),
                            metrics);
            return new Running(
                    new QueryPorts(
                            metering.totals(),
                            metering.records(),
                            metering.ledger(),
                            metering.prices(),
                            metering.deadLetters(),
                            metering.system(),
                            metering.status()),
                    metering.peers(),
                    metering,
                    metering.gaveUp());
        };
    }

    /**
     * A metering that runs.
     *
     * @param ports what it can be asked
     * @param peers where other instances ask it
     * @param stop ends it
     * @param gaveUp completes with the name of a part that has stopped by itself; then it is to be
     *     stopped, and another one started
     */
    record Running(
            QueryPorts ports,
            Optional<PeerEndpoint> peers,
            AutoCloseable stop,
            CompletableFuture<String> gaveUp) {}
}
