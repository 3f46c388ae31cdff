package tekton.budget.metering.config;

import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;

/** One of the Streams applications of this process, with a budget of restarts of its own. */
final class StreamsApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsApp.class);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final String name;
    private final KafkaStreams streams;
    private final RestartBudget restarts;

    StreamsApp(String name, KafkaStreams streams) {
        this.name = name;
        restarts = new RestartBudget(name, System::nanoTime);
        this.streams = streams;
        streams.setUncaughtExceptionHandler(restarts);
    }

    KafkaStreams streams() {
        return streams;
    }

    /** Returns while the stores may still be restoring. */
    void start() {
        streams.start();
    }

    /** Its state in words, for health. */
    Map<String, String> parts() {
        return Map.of(
                name, streams.state().name(), name + "_restarts", String.valueOf(restarts.count()));
    }

    /**
     * Stops within a bound. The static member stays in the group, so that the next start gets its
     * partitions back at once.
     */
    @Override
    public void close() {
        boolean inTime =
                streams.close(
                        CloseOptions.timeout(CLOSE_WAIT)
                                .withGroupMembershipOperation(
                                        GroupMembershipOperation.REMAIN_IN_GROUP));
        if (!inTime) {
            LOG.warn("{}: not stopped within {} s", name, CLOSE_WAIT.toSeconds());
        }
    }
}
