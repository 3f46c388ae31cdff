package tekton.budget.testbroker;

import tekton.budget.broker.BrokerProperties;
import tekton.budget.broker.FreePorts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real broker in the test JVM, on free loopback ports, with its data in a temporary directory
 * that {@link #close} deletes. With the system property {@value #KIND} {@code = container} in a
 * container of the image that {@value #IMAGE} names, where there is an engine.
 *
 * <pre>{@code
 * try (TestBroker broker = TestBroker.start()) {
 *     connectTo(broker.bootstrapServers());
 * }
 * }</pre>
 *
 * <p>A start takes one to three seconds: share one broker among the tests of a class and give each
 * test topics of its own. For use by one thread at a time.
 */
public final class TestBroker implements AutoCloseable {

    static final String KIND = "budget.test.broker";
    static final String IMAGE = "budget.test.kafka-image";

    private static final String IMAGE_DEFAULT = "apache/kafka:4.2.2";

    private final Path directory;
    private final Map<String, String> overrides;
    private final int port;
    private final int controllerPort;
    private final RunningBroker broker;
    private boolean running;

    private TestBroker(
            Path directory,
            int port,
            int controllerPort,
            Map<String, String> overrides,
            RunningBroker broker) {
        this.broker = broker;
        this.directory = directory;
        this.port = port;
        this.controllerPort = controllerPort;
        this.overrides = overrides;
    }

    /** Starts a broker as the service itself would, and returns when clients can connect. */
    public static TestBroker start() {
        return start(Map.of());
    }

    /**
     * Starts a broker with some Kafka server properties changed, such as {@code
     * log.retention.check.interval.ms}, and returns when clients can connect.
     */
    public static TestBroker start(Map<String, String> overrides) {
        try {
            List<Integer> ports = FreePorts.find(2);
            boolean inContainer = "container".equals(System.getProperty(KIND));
            Map<String, String> settings = new HashMap<>(overrides);
            if (inContainer) {
                settings.put("log.dirs", "/var/lib/kafka/data");
                settings.put(
                        "listeners",
                        "PLAINTEXT://0.0.0.0:%d,CONTROLLER://127.0.0.1:%d"
                                .formatted(ports.get(0), ports.get(1)));
            }
            TestBroker broker =
                    new TestBroker(
                            Files.createTempDirectory("test-broker"),
                            ports.get(0),
                            ports.get(1),
                            settings,
                            inContainer
                                    ? new ContainerBroker(
                                            System.getProperty(IMAGE, IMAGE_DEFAULT), ports.get(0))
                                    : new JvmBroker());
            broker.startAgain();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For {@code bootstrap.servers}; the same before and after a restart. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Stops the broker and starts it again on the same ports and data. */
    public void restart() {
        stop();
        startAgain();
    }

    /** Stops the broker and keeps its data, so that clients find nobody. No effect if stopped. */
    public void stop() {
        if (running) {
            running = false;
            broker.stop();
        }
    }

    /**
     * Starts the broker again after {@link #stop}, on the same ports and data.
     *
     * @throws IllegalStateException if it is running
     */
    public void startAgain() {
        if (running) {
            throw new IllegalStateException("the broker is running on port " + port);
        }
        try {
            broker.start(BrokerProperties.write(directory, port, controllerPort, overrides));
            running = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the broker and deletes its data. */
    @Override
    public void close() {
        stop();
        broker.discard();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
