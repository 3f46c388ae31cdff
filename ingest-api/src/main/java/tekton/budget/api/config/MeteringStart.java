package tekton.budget.api.config;

import tekton.budget.api.totals.QueryPorts;
import tekton.budget.metering.config.Metering;
import tekton.budget.metering.config.MeteringSettings;
import tekton.budget.metering.query.remote.PeerEndpoint;

import java.util.Optional;

/** Starts the metering this instance takes part in. */
@FunctionalInterface
public interface MeteringStart {

    /**
     * Makes sure that the topics are there, and starts. Called again after a failure.
     *
     * @throws Exception while Kafka cannot be reached
     */
    Running start(IngestSettings settings) throws Exception;

    /** The metering in this JVM. */
    static MeteringStart onKafka() {
        return settings -> {
            Metering metering =
                    Metering.start(
                            MeteringSettings.of(
                                    settings.kafka(),
                                    settings.dataDirectory().resolve("streams"),
                                    settings.advertisedServer(),
                                    settings.cluster().secret(),
                                    settings.cluster().scale()));
            return new Running(
                    new QueryPorts(
                            metering.totals(),
                            metering.records(),
                            metering.ledger(),
                            metering.prices(),
                            metering.status(),
                            metering.figures()),
                    metering.peers(),
                    metering);
        };
    }

    /**
     * A metering that runs.
     *
     * @param ports what it can be asked
     * @param peers where other instances ask it
     * @param stop ends it
     */
    record Running(QueryPorts ports, Optional<PeerEndpoint> peers, AutoCloseable stop) {}
}
