package tekton.budget.metering.config;

import io.micrometer.core.instrument.Timer;

import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tekton.budget.metering.metrics.AppMetrics;
import tekton.budget.metering.query.local.StoreAccess;
import tekton.budget.metering.query.remote.Membership;
import tekton.budget.metering.store.DamagedState;
import tekton.budget.metering.store.ProgressBoard;
import tekton.budget.metering.store.UncleanStop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One of the Streams applications of this process, with a budget of restarts of its own. */
final class StreamsApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsApp.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(25);

    private final String name;
    private final boolean othersTakeOver;
    private final Properties properties;
    private final KafkaStreams streams;
    private final AppMetrics metrics;
    private final CompletableFuture<String> gaveUp = new CompletableFuture<>();

    /**
     * An application, not started.
     *
     * @param othersTakeOver whether other instances keep copies of what this one owns
     */
    StreamsApp(
            String name,
            Topology topology,
            Properties properties,
            Function<Timer, KafkaClientSupplier> clients,
            AppMetrics metrics,
            boolean othersTakeOver) {
        this.name = name;
        this.othersTakeOver = othersTakeOver;
        this.properties = properties;
        this.metrics = metrics;
        streams = new KafkaStreams(topology, properties, clients.apply(metrics.commits()));
        streams.setUncaughtExceptionHandler(
                new RestartBudget(
                        name,
                        System::nanoTime,
                        fault -> DamagedState.mark(stateDirectory(), applicationId(), fault),
                        metrics.restarts()));
        streams.setStateListener(
                (state, _) -> {
                    if (state == KafkaStreams.State.ERROR) {
                        gaveUp.complete(name);
                    }
                });
        streams.setGlobalStateRestoreListener(metrics);
    }

    /** Its stores; with other instances asked only while the group knows this one. */
    StoreAccess stores(int partitions, ProgressBoard board, boolean alone) {
        return new StoreAccess(
                streams,
                partitions,
                board,
                alone
                        ? () -> true
                        : new Membership(
                                streams::metrics,
                                this::memberClients,
                                StreamsSettings.SESSION,
                                System::nanoTime));
    }

    /** The client ids of the stream threads that live. */
    private Set<String> memberClients() {
        // Closed, it would throw.
        return streams.state().isRunningOrRebalancing()
                ? streams.metadataForLocalThreads().stream()
                        .map(ThreadMetadata::consumerClientId)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    /** The instances of it that Kafka Streams knows. */
    Collection<StreamsMetadata> members() {
        // Closed, it would throw.
        return streams.state().isRunningOrRebalancing()
                ? streams.metadataForAllStreamsClients()
                : List.of();
    }

    /** Returns while the stores may still be restoring. */
    void start() {
        metrics.running(streams::state, () -> streams.metrics());
        // The directory is this process's since Streams was made.
        UncleanStop.tidy(stateDirectory(), applicationId());
        streams.start();
    }

    private Path stateDirectory() {
        return Path.of(properties.getProperty(StreamsConfig.STATE_DIR_CONFIG));
    }

    private String applicationId() {
        return properties.getProperty(StreamsConfig.APPLICATION_ID_CONFIG);
    }

    /** Completes with its name once it has stopped by itself, and will not go on. */
    CompletableFuture<String> gaveUp() {
        return gaveUp;
    }

    /** Its state in words, for health. */
    Map<String, String> parts() {
        return Map.of(
                name,
                streams.state().name(),
                name + "_restarts",
                String.valueOf((long) metrics.restarts().count()));
    }

    /**
     * Stops within a bound. Where others have copies they take over at once; else this member stays
     * in the group, so that the next start gets its partitions back before anybody begins to
     * restore them.
     */
    @Override
    public void close() {
        boolean inTime =
                streams.close(
                        CloseOptions.timeout(CLOSE_TIMEOUT)
                                .withGroupMembershipOperation(
                                        othersTakeOver
                                                ? GroupMembershipOperation.LEAVE_GROUP
                                                : GroupMembershipOperation.REMAIN_IN_GROUP));
        if (!inTime) {
            LOG.warn("{}: not stopped within {} s", name, CLOSE_TIMEOUT.toSeconds());
        }
    }
}
