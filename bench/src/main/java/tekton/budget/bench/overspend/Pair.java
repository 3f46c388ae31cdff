package tekton.budget.bench.overspend;

import tekton.budget.bench.http.CheckTimeout;
import tekton.budget.bench.product.BrokerAlone;
import tekton.budget.bench.product.Product;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Two application processes on one broker that belongs to neither. */
final class Pair implements AutoCloseable {

    static final int PROCESSES = 2;

    private static final Duration FIRST_START = Duration.ofMinutes(10);

    private final BrokerAlone broker;
    private final List<Product> processes;

    private Pair(BrokerAlone broker, List<Product> processes) {
        this.broker = broker;
        this.processes = processes;
    }

    /** Starts all three, with new data; returns when both processes serve. */
    static Pair start(Path project, Path scratch) throws IOException, InterruptedException {
        Path first = Files.createDirectories(scratch.resolve("first"));
        Path second = Files.createDirectories(scratch.resolve("second"));
        // A first life with a broker of its own: it builds, and leaves the broker's configuration.
        Product founder = new Product(project, first, Map.of());
        founder.launch();
        founder.awaitOk("/health", FIRST_START);
        founder.awaitOk("/ready", FIRST_START);
        founder.stop();

        BrokerAlone broker = BrokerAlone.start(founder);
        Map<String, String> settings = Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        Pair pair =
                new Pair(
                        broker,
                        List.of(
                                new Product(project, first, settings),
                                new Product(project, second, settings)));
        try {
            for (Product process : pair.processes) {
                process.launch();
            }
            pair.awaitServing();
            return pair;
        } catch (IOException | InterruptedException | RuntimeException e) {
            pair.close();
            throw e;
        }
    }

    /** Waits until both serve. Neither is ready: each has only a part of the stores. */
    void awaitServing() throws IOException, InterruptedException {
        for (Product process : processes) {
            process.awaitOk("/health", CheckTimeout.LIMIT);
        }
    }

    /** Kills both at the same time and starts them again. */
    void restartBoth() throws IOException, InterruptedException {
        for (Product process : processes) {
            process.kill();
        }
        for (Product process : processes) {
            process.launch();
        }
        awaitServing();
    }

    Product process(int number) {
        return processes.get(number);
    }

    List<InetSocketAddress> addresses() {
        return processes.stream().map(Product::address).toList();
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** The processes first: without a broker they cannot end well. */
    @Override
    public void close() {
        processes.forEach(Product::close);
        broker.close();
    }
}
