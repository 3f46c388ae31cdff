package tekton.budget.broker;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;

import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The registration that a killed broker left in its own controller's data: still valid, and so the
 * broker still leads every partition of its own.
 *
 * <p>A broker that starts on such data becomes leader by the old registration, begins to load the
 * groups' offsets, is fenced after {@code broker.session.timeout.ms}, and becomes leader once more.
 * If the first load is not done by then, which is so as soon as the check of the logs takes longer
 * than that timeout, Kafka 4.2.2 (and 4.4.0) takes the end of the first load for the end of the
 * second: {@code CoordinatorRuntime.CoordinatorContext.load} does not look whose load it was. The
 * group coordinator then answers from a part of its log: with committed offsets of hours ago, with
 * transactions that are never complete, or not at all, until the broker starts the next time.
 *
 * <p>So the registration ends before the broker begins: the controller runs alone first, with a
 * short timeout, until it has fenced the broker that is no more. The registration of the new one
 * needs no wait then either.
 */
final class StaleRegistration {

    private static final Logger log = LoggerFactory.getLogger(StaleRegistration.class);

    /** Kafka's own, present after a stop in order, when the broker was fenced with its stop. */
    private static final String CLEAN_STOP = ".kafka_cleanshutdown";

    /** The controller's log; without it no broker was ever registered. */
    private static final String METADATA = "__cluster_metadata-0";

    /** Nobody is there to send heartbeats. */
    private static final Duration SESSION = Duration.ofMillis(250);

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long LOOK_AGAIN_MS = 20;

    private StaleRegistration() {}

    /**
     * Ends the registration, if the configuration is of a broker that is alone and was not stopped
     * in order; returns at once otherwise. Other brokers of a cluster end it themselves.
     *
     * <p>A broker that was killed before its first registration has none: then this returns after
     * five seconds.
     *
     * @param properties of the broker, which does not run
     * @return whether there was such a registration and it has ended
     * @throws RuntimeException of Kafka's kinds if the controller's port is taken or its data
     *     cannot be used
     */
    static boolean end(Properties properties) {
        Path data = Path.of(properties.getProperty("log.dirs"));
        if (properties.getProperty("controller.quorum.voters").contains(",")
                || !Files.exists(data.resolve(METADATA))
                || Files.exists(data.resolve(CLEAN_STOP))) {
            return false;
        }
        KafkaRaftServer controller =
                new KafkaRaftServer(new KafkaConfig(ofController(properties), false), Time.SYSTEM);
        try {
            controller.startup();
            return awaitFenced();
        } finally {
            controller.shutdown();
            controller.awaitShutdown();
        }
    }

    private static Properties ofController(Properties properties) {
        Properties controller = new Properties();
        controller.putAll(properties);
        String name = properties.getProperty("controller.listener.names");
        controller.put("process.roles", "controller");
        controller.put(
                "listeners",
                Arrays.stream(properties.getProperty("listeners").split(",", -1))
                        .filter(listener -> listener.startsWith(name + "://"))
                        .findFirst()
                        .orElseThrow());
        controller.remove("advertised.listeners");
        controller.put("broker.session.timeout.ms", String.valueOf(SESSION.toMillis()));
        // Kafka calls anything longer an error.
        controller.put("broker.heartbeat.interval.ms", String.valueOf(SESSION.toMillis() / 2));
        return controller;
    }

    /** Until the only broker is known and fenced, by the controller's own count. */
    private static boolean awaitFenced() {
        long began = System.nanoTime();
        while (count("FencedBrokerCount") != 1 || count("ActiveBrokerCount") != 0) {
            if (System.nanoTime() - began > LIMIT.toNanos()) {
                log.warn("No broker is registered after {}: going on without", LIMIT);
                return false;
            }
            try {
                Thread.sleep(LOOK_AGAIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private static int count(String name) {
        try {
            return (int)
                    ManagementFactory.getPlatformMBeanServer()
                            .getAttribute(
                                    new ObjectName(
                                            "kafka.controller:type=KafkaController,name=" + name),
                                    "Value");
        } catch (InstanceNotFoundException notYet) {
            return -1;
        } catch (JMException e) {
            throw new IllegalStateException("metric " + name + " of the controller", e);
        }
    }
}
