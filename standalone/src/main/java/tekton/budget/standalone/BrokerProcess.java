package tekton.budget.standalone;

import tekton.budget.broker.Broker;
import tekton.budget.broker.BrokerProperties;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The child process: a broker that lives as long as its standard input is open. The parent holds
 * the other end and never writes, so the broker ends with the parent, in whatever manner that ends.
 */
final class BrokerProcess {

    /** What the parent waits to read. */
    static final String READY = "The broker is ready.";

    /** The lock of the data directory, from before the first access to after the last. */
    static final String LOCK = "broker.lock";

    /** A broker whose parent was killed a moment ago is given this long to end. */
    static final Duration PREDECESSOR_ENDS = Duration.ofSeconds(15);

    private static final long STOP_TIMEOUT_SECONDS = 20;

    private BrokerProcess() {}

    /** A broker that is alone. */
    static void run(Path configuration) throws IOException, InterruptedException {
        run(configuration, () -> Broker.start(configuration));
    }

    /** One of a cluster on this machine. */
    static void run(Node node) throws IOException, InterruptedException {
        Path configuration =
                BrokerProperties.write(node.directory(), node.cluster(), node.id(), Map.of());
        run(configuration, () -> Broker.start(configuration, node.clusterId()));
    }

    private interface BrokerStart {
        Broker start() throws IOException;
    }

    private static void run(Path configuration, BrokerStart start)
            throws IOException, InterruptedException {
        CountDownLatch abandoned = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread.ofPlatform()
                .daemon()
                .name("parent-watch")
                .start(() -> watchParent(System.in, abandoned, stopped));

        Path directory =
                Objects.requireNonNull(configuration.toAbsolutePath().getParent(), "directory");
        try (DirectoryLock lock = DirectoryLock.take(directory, LOCK, PREDECESSOR_ENDS);
                Broker broker = start.start()) {
            System.out.println(READY);
            abandoned.await();
        }
        stopped.countDown();
    }

    private static void watchParent(
            InputStream input, CountDownLatch abandoned, CountDownLatch stopped) {
        try {
            while (input.read() >= 0) {
                // Nothing is ever said here; only the end matters.
            }
        } catch (IOException unreadable) {
            // As good as the end.
        }
        abandoned.countDown();
        try {
            if (stopped.await(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException impatient) {
            // Nobody is left who could want more time.
        }
        // Never an orphan that holds the data directory.
        Runtime.getRuntime().halt(1);
    }
}
